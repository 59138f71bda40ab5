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

CURL *vault_curl_open(void);
void vault_curl_close(CURL *handle);

/// Forgets all options and keeps open connections. curl_easy_reset(3)
void vault_curl_reset(CURL *handle);
CURLcode vault_curl_perform(CURL *handle);

/// curl's own words for a code, in English, never NULL.
const char *vault_curl_words(CURLcode code);

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one door for each
// kind of value. Strings are copied by curl, pointers must stay valid until the handle is reset.
CURLcode vault_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode vault_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode vault_curl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode vault_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode vault_curl_get_string(CURL *handle, CURLINFO info, char **value);

/// Only http and https, whatever else this libcurl can speak.
CURLcode vault_curl_only_http(CURL *handle);

/// Collects the body in `inbox`; more than it holds ends the transfer with CURLE_WRITE_ERROR.
CURLcode vault_curl_collect_body(CURL *handle, vault_curl_inbox *inbox);

/// Collects the lines of the last head in `inbox`, in the same way.
CURLcode vault_curl_collect_head(CURL *handle, vault_curl_inbox *inbox);

#endif
