#include "loading.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#include "CSecretService.h"

vault_libsecret_calls vault_libsecret;

static const char *failure;

// What these libraries warn of is no news for a user's terminal, and may hold a keyring's own words.
static unsigned write_nothing(int level, const GLogField *fields, unsigned long count, void *data) {
  (void)level, (void)fields, (void)count, (void)data;
  return vault_LOG_WRITER_HANDLED;
}

static void print_nothing(const char *text) { (void)text; }

static void start(void) {
  // Lazily, as they are in programs that link them: it brings a dozen libraries, of which little is used.
  void *library = dlopen("libsecret-1.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    failure = "libsecret-1.so.0 is not here";
    return;
  }
  // A search in a library is one in those that it needs, too.
#define FIND(name)                                              \
  vault_libsecret.name = dlsym(library, #name);                 \
  if (!vault_libsecret.name) {                                  \
    failure = "libsecret-1.so.0 is too old, it lacks " #name;   \
    return;                                                     \
  }
  VAULT_LIBSECRET_CALLS(FIND)
#undef FIND
  vault_libsecret.g_log_set_writer_func(write_nothing, NULL, NULL);
  vault_libsecret.g_set_print_handler(print_nothing);
  vault_libsecret.g_set_printerr_handler(print_nothing);
}

const char *vault_keyring_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
  return failure;
}
