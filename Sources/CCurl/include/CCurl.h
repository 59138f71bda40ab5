// Shim for libcurl, which is loaded at first use. Linking it would double the start-up time of commands
// that use no network, and none of them would run on a machine without it.
#ifndef VAULT_CCURL_H
#define VAULT_CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/// Loads and initialises libcurl once; can be called repeatedly and from any thread. All other functions
/// need it first.
///
/// Returns NULL if libcurl is ready, otherwise the reason why not.
const char *vault_curl_start(void);

/// The caller's memory for the head or body of an answer.
typedef struct {
  void *bytes;
  size_t capacity;
  size_t count;
  /// More came than fits, and the transfer was cut off.
  bool is_full;
} vault_curl_inbox;

/// Certificates of issuers that OpenSSL has read, for any number of connections and threads.
typedef void vault_curl_issuers;

/// Reads a file and a folder with issuers' certificates; each may be NULL.
///
/// To read the system's list takes as long as the rest of a TLS connection, so the result is kept until
/// another key is asked for: equal keys must stand for equal content. The result must be closed. NULL if
/// libcurl uses another library than OpenSSL, or the file cannot be read: libcurl must read it then.
vault_curl_issuers *vault_curl_issuers_open(const char *file, const char *folder, const void *key,
                                            size_t key_length);
void vault_curl_issuers_close(vault_curl_issuers *issuers);

/// One request and its answer, in the caller's memory, which curl does not copy.
typedef struct {
  /// A header line that ends with a zero byte, or NULL.
  const void *header;
  /// A form to post, or NULL to get.
  const void *form;
  size_t form_length;
  /// The lines of the last head; interim heads have reduced its capacity.
  vault_curl_inbox head;
  vault_curl_inbox body;
  /// Whom to trust, instead of the files named by options; or NULL.
  vault_curl_issuers *issuers;
  /// Called with an IP address as text before each new connection; NULL allows all.
  bool (*may_connect)(const char *address);
  /// may_connect refused an address.
  bool was_held_back;
  /// The server asked for a client certificate and there is none; only known with OpenSSL.
  bool is_certificate_wanted;
  /// curl's description of a failure, perhaps empty.
  char words[CURL_ERROR_SIZE];
} vault_curl_exchange;

CURL *vault_curl_open(void);
void vault_curl_close(CURL *handle);

/// Forgets all options and keeps open connections. curl_easy_reset(3)
void vault_curl_reset(CURL *handle);

/// Sends the request, with the options set so far, and waits for the answer. curl_easy_perform(3)
CURLcode vault_curl_perform(CURL *handle, vault_curl_exchange *exchange);

/// Whether libcurl uses GnuTLS and not OpenSSL.
bool vault_curl_has_gnutls(void);

/// curl's description of a code, in English, never NULL.
const char *vault_curl_words(CURLcode code);

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one shim for each kind
// of value. curl copies strings.
CURLcode vault_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode vault_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode vault_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode vault_curl_get_string(CURL *handle, CURLINFO info, char **value);

/// Allows http and https only, whatever other protocols this libcurl supports.
CURLcode vault_curl_only_http(CURL *handle);

#endif
