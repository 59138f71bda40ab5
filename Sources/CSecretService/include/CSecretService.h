// libsecret, and GIO beneath it, loaded at first use instead of linked: a command that never looks
// into a desktop keyring starts in half the time without them, and a node needs not have them.
//
// Calls are begun and then waited for, several at a time, with a limit of the caller's: libsecret's
// own waiting has none. One thread at a time may use a keyring.
#ifndef VAULT_CSECRETSERVICE_H
#define VAULT_CSECRETSERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Loads libsecret once; safe to call often and from any thread.
///
/// Returns NULL if it is ready, else what is missing. No other call may come before.
const char *_Nullable vault_keyring_load(void);

/// A connection to the session bus.
typedef struct vault_keyring vault_keyring;
/// A call on its way, and its answer once it has come.
typedef struct vault_keyring_call vault_keyring_call;

/// Speaks D-Bus over a connected socket, which is the keyring's from now on; NULL if GIO does not
/// take it.
vault_keyring *_Nullable vault_keyring_open(int socket);

/// Ends the connection; what has not been answered never will be. Calls live on.
void vault_keyring_close(vault_keyring *keyring);

/// Waits until a call ends, no longer than some time: false if none did.
bool vault_keyring_wait(vault_keyring *keyring, int milliseconds);

// Each of these begins a call, which the caller frees. Texts are UTF-8, and copied.

/// Has the bus let us in; waited for before any other.
vault_keyring_call *vault_keyring_log_in(vault_keyring *keyring);
/// Asks which program is the keyring, and starts none.
vault_keyring_call *vault_keyring_find_owner(vault_keyring *keyring);

/// Takes the answer for the keyring that all further calls go to: false if it is no owner.
bool vault_keyring_use_owner(vault_keyring *keyring, const vault_keyring_call *owner);
/// Makes the next session one with another key: false if libsecret cannot.
bool vault_keyring_forget_session(vault_keyring *keyring);
/// Takes a name on the bus, which is free again when the connection ends; does not wait for it.
vault_keyring_call *vault_keyring_take_name(vault_keyring *keyring, const char *name);

/// Agrees with the keyring on how secrets are handed over.
vault_keyring_call *vault_keyring_open_session(vault_keyring *keyring);
/// Looks for items; attributes are names and values in turn, and end with NULL.
vault_keyring_call *vault_keyring_search(vault_keyring *keyring,
                                         const char *_Nullable const *_Nonnull attributes);
/// Asks for one property.
vault_keyring_call *vault_keyring_get(vault_keyring *keyring, const char *path,
                                      const char *interface, const char *property);
/// Asks KWallet of KDE 5 whether a wallet is open.
vault_keyring_call *vault_keyring_is_wallet_open(vault_keyring *keyring, const char *wallet);
/// Asks for the properties of an item.
vault_keyring_call *vault_keyring_get_item(vault_keyring *keyring, const char *path);
/// Asks for the secret of an item; a session is open.
vault_keyring_call *vault_keyring_get_secret(vault_keyring *keyring, const char *path);
/// Makes an item in a collection, beside those with the same attributes; a session is open. `is_text`
/// decides between the content types text/plain and application/octet-stream.
/// NULL if libsecret does not take the secret, which it copies into memory that it wipes.
vault_keyring_call *_Nullable vault_keyring_create(
    vault_keyring *keyring, const char *collection, const char *label,
    const char *_Nullable const *_Nonnull attributes, const void *_Nullable secret, size_t length,
    bool is_text);
vault_keyring_call *vault_keyring_delete(vault_keyring *keyring, const char *path);
vault_keyring_call *vault_keyring_unlock(vault_keyring *keyring, const char *path);
/// Has the keyring ask the user; ends when the question does, or the keyring.
vault_keyring_call *vault_keyring_prompt(vault_keyring *keyring, const char *path);
vault_keyring_call *vault_keyring_dismiss(vault_keyring *keyring, const char *path);

/// Frees an answer, and wipes the secret in it. A call that goes on is forgotten.
void vault_keyring_free(vault_keyring_call *call);

bool vault_keyring_is_done(const vault_keyring_call *call);

typedef enum {
  VAULT_KEYRING_SUCCESS,
  /// A failure that has a name on the bus.
  VAULT_KEYRING_NAMED,
  /// The connection, or the keyring that was to answer, has ended.
  VAULT_KEYRING_ENDED,
  /// The answer is not what was asked for.
  VAULT_KEYRING_MALFORMED,
  VAULT_KEYRING_OTHER,
} vault_keyring_outcome;

vault_keyring_outcome vault_keyring_end(const vault_keyring_call *call);
/// The name of a failure on the bus, or "".
const char *vault_keyring_failure_name(const vault_keyring_call *call);
/// What the failure says of itself, perhaps "".
const char *vault_keyring_failure_text(const vault_keyring_call *call);

// Answers are read once a call has succeeded. What is lent lives as long as the call.

/// The items that a search has found, each list ended by NULL.
const char *_Nullable const *_Nonnull vault_keyring_unlocked(const vault_keyring_call *call);
const char *_Nullable const *_Nonnull vault_keyring_locked(const vault_keyring_call *call);

/// The object at some place of an answer.
const char *vault_keyring_path(const vault_keyring_call *call, size_t place);

/// A property or answer that is true or false: false if it is of another type.
bool vault_keyring_boolean(const vault_keyring_call *call, bool *value);
/// A property that is text: NULL if it is of another type.
const char *_Nullable vault_keyring_text(vault_keyring_call *call);
/// A property that is a list of objects, ended by NULL: NULL if it is of another type.
const char *_Nullable const *_Nullable vault_keyring_paths(vault_keyring_call *call);
/// Whether a name was taken: false if another connection has it.
bool vault_keyring_owns_name(const vault_keyring_call *call);

typedef struct {
  /// NULL if there is none.
  const char *_Nullable label;
  /// In seconds since 1970.
  uint64_t created;
  uint64_t modified;
  size_t attribute_count;
  bool is_locked;
} vault_keyring_item;

/// The properties of an item: false if they are of other types.
bool vault_keyring_read_item(vault_keyring_call *call, vault_keyring_item *item);
/// One attribute of the item that was read.
void vault_keyring_attribute(const vault_keyring_call *call, size_t place,
                             const char *_Nullable *_Nonnull name,
                             const char *_Nullable *_Nonnull value);

/// The secret; NULL if the answer holds none.
const void *_Nullable vault_keyring_secret(const vault_keyring_call *call, size_t *length);

/// How a question ended: false if the answer is of another type. The object is NULL if it brings none.
bool vault_keyring_answer(const vault_keyring_call *call, bool *is_dismissed,
                          const char *_Nullable *_Nonnull object);

#pragma clang assume_nonnull end

#endif
