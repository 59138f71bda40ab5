#define _GNU_SOURCE
#include "CCurl.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "issuers.h"
#include "wiping.h"

// The brackets around names below keep curl's macros of the same names out of the way.
static struct {
  __typeof__(curl_global_init_mem) *global_init_mem;
  __typeof__(curl_version_info) *version_info;
  __typeof__(curl_easy_init) *easy_init;
  __typeof__(curl_easy_cleanup) *easy_cleanup;
  __typeof__(curl_easy_reset) *easy_reset;
  __typeof__(curl_easy_perform) *easy_perform;
  __typeof__(curl_easy_strerror) *easy_strerror;
  __typeof__((curl_easy_setopt)) *easy_setopt;
  __typeof__((curl_easy_getinfo)) *easy_getinfo;
  // OpenSSL's, declared here because libcurl may use another library; NULL then.
  void (*set_client_certificate_callback)(void *context, int (*)(void *, void **, void **));
  uint64_t (*set_tls_options)(void *context, uint64_t options);
  void (*use_issuers)(void *context, void *issuers);
} calls;

static const char *failure;

static void *open_library(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  return library ? library : dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
}

static void start(void) {
  // curl, GnuTLS and OpenSSL 3.5 write the keys of TLS connections to the first, and GnuTLS prints
  // them because of the second. Some read them only when they connect, so they stay unset.
  unsetenv("SSLKEYLOGFILE");
  unsetenv("GNUTLS_DEBUG_LEVEL");
  void *library = open_library();
  if (!library) {
    failure = "it is not installed";
    return;
  }
  calls.global_init_mem = dlsym(library, "curl_global_init_mem");
  calls.version_info = dlsym(library, "curl_version_info");
  calls.easy_init = dlsym(library, "curl_easy_init");
  calls.easy_cleanup = dlsym(library, "curl_easy_cleanup");
  calls.easy_reset = dlsym(library, "curl_easy_reset");
  calls.easy_perform = dlsym(library, "curl_easy_perform");
  calls.easy_strerror = dlsym(library, "curl_easy_strerror");
  calls.easy_setopt = dlsym(library, "curl_easy_setopt");
  calls.easy_getinfo = dlsym(library, "curl_easy_getinfo");
  if (!calls.global_init_mem || !calls.version_info || !calls.easy_init || !calls.easy_cleanup ||
      !calls.easy_reset || !calls.easy_perform || !calls.easy_strerror || !calls.easy_setopt ||
      !calls.easy_getinfo) {
    failure = "it lacks a function";
    return;
  }
  const char *tls = calls.version_info(CURLVERSION_NOW)->ssl_version;
  if (tls && strncmp(tls, "OpenSSL", 7) == 0) {
    calls.set_client_certificate_callback = dlsym(library, "SSL_CTX_set_client_cert_cb");
    calls.set_tls_options = dlsym(library, "SSL_CTX_set_options");
    if (vault_issuers_start(library)) calls.use_issuers = dlsym(library, "SSL_CTX_set1_cert_store");
  }
  // curl copies requests, and so passwords, into its own buffers: wipe them when it frees them.
  CURLcode code = calls.global_init_mem(CURL_GLOBAL_DEFAULT, vault_wiping_malloc, vault_wiping_free,
                                        vault_wiping_realloc, vault_wiping_strdup,
                                        vault_wiping_calloc);
  if (code != CURLE_OK) failure = calls.easy_strerror(code);
}

const char *vault_curl_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
  return failure;
}

// A TLS library that writes to a connection which the server has closed raises SIGPIPE, and with
// CURLOPT_NOSIGNAL curl leaves it to its caller to survive that. The signal is blocked in this thread
// only, and consumed if it came, so that the rest of the program can use it as before.
typedef struct {
  sigset_t before;
  bool was_pending;
} pipe_shield;

static bool is_pipe_pending(void) {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static pipe_shield raise_shield(void) {
  pipe_shield shield = {.was_pending = is_pipe_pending()};
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &shield.before);
  return shield;
}

static void lower_shield(const pipe_shield *shield) {
  if (!shield->was_pending && is_pipe_pending()) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigtimedwait(&pipe, NULL, &(struct timespec){0});
  }
  pthread_sigmask(SIG_SETMASK, &shield->before, NULL);
}

vault_curl_issuers *vault_curl_issuers_open(const char *file, const char *folder, const void *key,
                                            size_t key_length) {
  if (vault_curl_start() || !calls.use_issuers) return NULL;
  return vault_issuers_open(file, folder, key, key_length);
}

void vault_curl_issuers_close(vault_curl_issuers *issuers) { vault_issuers_close(issuers); }

CURL *vault_curl_open(void) { return calls.easy_init(); }

void vault_curl_close(CURL *handle) {
  pipe_shield shield = raise_shield();  // closing a TLS connection sends a message
  calls.easy_cleanup(handle);
  lower_shield(&shield);
}

void vault_curl_reset(CURL *handle) { calls.easy_reset(handle); }

bool vault_curl_has_gnutls(void) {
  const char *name = calls.version_info(CURLVERSION_NOW)->ssl_version;
  return name && strncmp(name, "GnuTLS", 6) == 0;
}

const char *vault_curl_words(CURLcode code) { return calls.easy_strerror(code); }

CURLcode vault_curl_set_long(CURL *handle, CURLoption option, long value) {
  return calls.easy_setopt(handle, option, value);
}

CURLcode vault_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return calls.easy_setopt(handle, option, value);
}

CURLcode vault_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return calls.easy_getinfo(handle, info, value);
}

CURLcode vault_curl_get_string(CURL *handle, CURLINFO info, char **value) {
  return calls.easy_getinfo(handle, info, value);
}

CURLcode vault_curl_only_http(CURL *handle) {
  // The mask is deprecated since 7.85 for a string, which older libraries do not know.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  return calls.easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#pragma clang diagnostic pop
}

static size_t collect(char *bytes, size_t size, size_t count, void *context) {
  vault_curl_inbox *inbox = context;
  size_t length = size * count;
  if (length > inbox->capacity - inbox->count) {
    inbox->is_full = true;
    return 0;
  }
  memcpy((char *)inbox->bytes + inbox->count, bytes, length);
  inbox->count += length;
  return length;
}

static size_t collect_line(char *bytes, size_t size, size_t count, void *context) {
  vault_curl_inbox *inbox = context;
  // A status line begins a new head, because the one before was an interim answer. Its bytes still
  // count against the capacity; otherwise a server could send such heads without end.
  size_t length = size * count;
  if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
    inbox->bytes = (char *)inbox->bytes + inbox->count;
    inbox->capacity -= inbox->count;
    inbox->count = 0;
  }
  return collect(bytes, size, count, context);
}

// Opens a socket as curl itself does, if the address is allowed.
static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address) {
  (void)purpose;
  vault_curl_exchange *exchange = context;
  char text[INET6_ADDRSTRLEN] = "";
  if (address->family == AF_INET) {
    inet_ntop(AF_INET, &((struct sockaddr_in *)&address->addr)->sin_addr, text, sizeof text);
  } else if (address->family == AF_INET6) {
    inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&address->addr)->sin6_addr, text, sizeof text);
  }
  if (!exchange->may_connect(text)) {
    exchange->was_held_back = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The exchange of this thread, because OpenSSL's callback gets no argument of the caller's.
static _Thread_local vault_curl_exchange *current;

// OpenSSL calls this if the server asks for a client certificate and none is set.
static int note_wanted_certificate(void *connection, void **certificate, void **key) {
  (void)connection;
  (void)certificate;
  (void)key;
  if (current) current->is_certificate_wanted = true;
  return 0;  // connect without one
}

// SSL_OP_CLEANSE_PLAINTEXT, since OpenSSL 3.0: wipe what was received once curl has read it. Otherwise a
// token stays in a buffer that is later freed as it is.
static const uint64_t cleanse_plaintext = UINT64_C(1) << 1;

static CURLcode prepare_tls(CURL *handle, void *tls_context, void *unused) {
  (void)handle;
  (void)unused;
  calls.set_client_certificate_callback(tls_context, note_wanted_certificate);
  if (calls.set_tls_options) calls.set_tls_options(tls_context, cleanse_plaintext);
  if (current && current->issuers) calls.use_issuers(tls_context, current->issuers);
  return CURLE_OK;
}

CURLcode vault_curl_perform(CURL *handle, vault_curl_exchange *exchange) {
  // curl reads the list while it sends and never changes it.
  struct curl_slist header = {.data = (char *)exchange->header};
  CURLcode code = calls.easy_setopt(handle, CURLOPT_ERRORBUFFER, exchange->words);
  if (!code) code = calls.easy_setopt(handle, CURLOPT_WRITEFUNCTION, collect);
  if (!code) code = calls.easy_setopt(handle, CURLOPT_WRITEDATA, &exchange->body);
  if (!code) code = calls.easy_setopt(handle, CURLOPT_HEADERFUNCTION, collect_line);
  if (!code) code = calls.easy_setopt(handle, CURLOPT_HEADERDATA, &exchange->head);
  if (!code && exchange->may_connect) {
    code = calls.easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (!code) code = calls.easy_setopt(handle, CURLOPT_OPENSOCKETDATA, exchange);
  }
  if (!code && calls.set_client_certificate_callback) {
    code = calls.easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
  }
  if (!code && exchange->header) code = calls.easy_setopt(handle, CURLOPT_HTTPHEADER, &header);
  if (!code && exchange->form) {
    code = calls.easy_setopt(handle, CURLOPT_POSTFIELDS, exchange->form);
    if (!code)
      code = calls.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)exchange->form_length);
  }
  if (!code) {
    current = exchange;
    pipe_shield shield = raise_shield();
    code = calls.easy_perform(handle);
    lower_shield(&shield);
    current = NULL;
  }
  // Leave no pointer to the caller's memory in the handle.
  calls.easy_setopt(handle, CURLOPT_ERRORBUFFER, (char *)NULL);
  calls.easy_setopt(handle, CURLOPT_HTTPHEADER, (struct curl_slist *)NULL);
  calls.easy_setopt(handle, CURLOPT_POSTFIELDS, (char *)NULL);
  return code;
}
