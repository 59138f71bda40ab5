#include "service.h"

#include <limits.h>
#include <pthread.h>
#include <stddef.h>

#define calls vault_libsecret

// libsecret's own service connects to the bus that the process's environment names, or starts one,
// and then starts a keyring, has itself told of every change and asks for all collections: six calls
// that a look-up does not need. It is made to be derived from; ours keeps to one connection and one
// owner, and asks nothing before it is asked.
static GObject *(*construct_libsecret)(unsigned long, unsigned, GObjectConstructParam *);
static _Thread_local const char *owner_of_next;

static GObject *construct(unsigned long type, unsigned count, GObjectConstructParam *properties) {
  // What is given to a constructor is overwritten in libsecret's.
  GObject *service = construct_libsecret(type, count, properties);
  unsigned flags = vault_PROXY_DO_NOT_LOAD_PROPERTIES | vault_PROXY_DO_NOT_CONNECT_SIGNALS |
                   vault_PROXY_DO_NOT_AUTO_START;
  calls.g_object_set(service, "g-bus-type", vault_BUS_TYPE_NONE, "g-name", owner_of_next,
                     "g-flags", flags, "g-default-timeout", INT_MAX, NULL);
  return service;
}

static void init_class(void *type, void *data) {
  (void)data;
  vault_object_class *class = type;
  construct_libsecret = class->constructor;
  class->constructor = construct;
}

static unsigned long service_type;

static void register_type(void) {
  unsigned long parent = calls.secret_service_get_type();
  vault_type_query size;
  calls.g_type_query(parent, (GTypeQuery *)&size);
  service_type = calls.g_type_register_static_simple(parent, "VaultSecretService", size.class_size,
                                                     init_class, size.instance_size, NULL, 0);
}

SecretService *vault_service_new(GDBusConnection *connection, const char *owner) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_type);
  owner_of_next = owner;
  return calls.g_initable_new(service_type, NULL, NULL, "g-connection", connection, NULL);
}
