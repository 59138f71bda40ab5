// libcurl, loaded at first use instead of linked: linking it would double the start-up time of
// commands that never speak to a registry, and keep the rest from running on a node without it.
#ifndef VAULT_CCURL_H
#define VAULT_CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/// Loads and prepares libcurl once; safe to call often and from any thread.
///
/// Returns NULL if libcurl is ready, else what the system said. No other call may come before.
const char *vault_curl_start(void);

/// Memory of the caller's that an answer's head or body is collected in.
typedef struct {
  void *bytes;
  size_t capacity;
  size_t count;
  /// More came than fits, and the transfer was cut off.
  bool is_full;
} vault_curl_inbox;

/// What goes out and what comes back, all in memory of the caller's that curl does not copy.
typedef struct {
  /// A header line that ends with a zero byte, or NULL.
  const void *header;
  /// A form to post, or NULL to get.
  const void *form;
  size_t form_length;
  /// The lines of the last head; what interim heads took is missing from its capacity.
  vault_curl_inbox head;
  vault_curl_inbox body;
  /// Is asked, with an address as text, before each connection; NULL for any.
  bool (*may_connect)(const char *address);
  /// The last address was not one to connect to.
  bool was_held_back;
  /// curl's own words for a failure, perhaps empty.
  char words[CURL_ERROR_SIZE];
} vault_curl_exchange;

CURL *vault_curl_open(void);
void vault_curl_close(CURL *handle);

/// Forgets all options and keeps open connections. curl_easy_reset(3)
void vault_curl_reset(CURL *handle);

/// Asks, with the options set so far, and waits for the answer. curl_easy_perform(3)
CURLcode vault_curl_perform(CURL *handle, vault_curl_exchange *exchange);

/// Whether GnuTLS does the TLS, and not OpenSSL.
bool vault_curl_has_gnutls(void);

/// curl's own words for a code, in English, never NULL.
const char *vault_curl_words(CURLcode code);

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one door for each
// kind of value. Strings are copied by curl.
CURLcode vault_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode vault_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode vault_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode vault_curl_get_string(CURL *handle, CURLINFO info, char **value);

/// Only http and https, whatever else this libcurl can speak.
CURLcode vault_curl_only_http(CURL *handle);

#endif
