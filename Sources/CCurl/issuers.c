#include "issuers.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Declared here because libcurl may use another library than OpenSSL. All are in OpenSSL since 1.1.0.
static struct {
  void *(*create)(void);
  void (*free)(void *store);
  int (*retain)(void *store);
  int (*load)(void *store, const char *file, const char *folder);
  int (*set_flags)(void *store, unsigned long flags);
} calls;

// X509_V_FLAG_TRUSTED_FIRST and X509_V_FLAG_PARTIAL_CHAIN, which libcurl sets too.
static const unsigned long flags = 0x8000 | 0x80000;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// What was opened last.
static struct {
  void *store;
  void *key;
  size_t key_length;
} kept;

bool vault_issuers_start(void *library) {
  calls.create = dlsym(library, "X509_STORE_new");
  calls.free = dlsym(library, "X509_STORE_free");
  calls.retain = dlsym(library, "X509_STORE_up_ref");
  calls.load = dlsym(library, "X509_STORE_load_locations");
  calls.set_flags = dlsym(library, "X509_STORE_set_flags");
  return calls.create && calls.free && calls.retain && calls.load && calls.set_flags;
}

static void *load(const char *file, const char *folder) {
  void *store = calls.create();
  if (!store) return NULL;
  if ((file || folder) && calls.load(store, file, folder) != 1) {
    calls.free(store);
    return NULL;
  }
  calls.set_flags(store, flags);
  return store;
}

// Keeps a store for later calls; without memory for the key, nothing is kept.
static void keep(void *store, const void *key, size_t key_length) {
  void *copy = malloc(key_length ? key_length : 1);
  if (!copy) return;
  memcpy(copy, key, key_length);
  if (kept.store) calls.free(kept.store);
  free(kept.key);
  calls.retain(store);
  kept.store = store;
  kept.key = copy;
  kept.key_length = key_length;
}

void *vault_issuers_open(const char *file, const char *folder, const void *key, size_t key_length) {
  // Threads that ask at the same time wait for the first one instead of reading the files as well.
  pthread_mutex_lock(&lock);
  void *store = NULL;
  if (kept.store && kept.key_length == key_length && memcmp(kept.key, key, key_length) == 0) {
    store = kept.store;
    calls.retain(store);
  } else {
    store = load(file, folder);
    if (store) keep(store, key, key_length);
  }
  pthread_mutex_unlock(&lock);
  return store;
}

void vault_issuers_close(void *issuers) {
  if (issuers) calls.free(issuers);
}
