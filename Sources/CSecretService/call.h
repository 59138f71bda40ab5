// What a keyring and a call are made of, for the files of this module alone.
#ifndef VAULT_CALL_H
#define VAULT_CALL_H

#include "CSecretService.h"
#include "loading.h"

struct vault_keyring {
  GMainContext *context;
  GSocket *socket;
  /// NULL until the bus has let us in.
  GDBusConnection *connection;
  /// NULL until the owner is known.
  SecretService *service;
  /// The owner of the service's name, by the name that nobody else will ever have.
  char *owner;
  /// How many calls have ended.
  unsigned long ended;
};

struct vault_keyring_call {
  /// The caller's, and that of each callback which may still come.
  int references;
  bool is_done;
  vault_keyring *keyring;
  /// Takes what a call has brought.
  void (*finish)(vault_keyring_call *call, GObject *source, GAsyncResult *result);

  GVariant *answer;
  GError *error;
  /// The error's name on the bus, or NULL.
  char *error_name;
  /// The keyring left the bus while it asked the user.
  bool has_owner_gone;
  unsigned subscriptions[2];

  /// What was found, or NULL.
  char **unlocked;
  char **locked;
  /// The objects that a property names, or NULL.
  char **paths;
  /// Parts of the answer that texts are lent from, or NULL.
  GVariant *label;
  GVariant *attributes;
  SecretValue *secret;
};

/// Lets go of one reference.
void vault_keyring_release(void *call);

#endif
