// The few calls of libsecret, and of GIO, GObject and GLib beneath it, declared by hand: so nobody needs
// their headers to build. The tests compile this beside the installed headers, where every
// difference is an error (Tests/EndToEndTests/Scripts/check-libsecret.c).
#ifndef VAULT_LIBSECRET_H
#define VAULT_LIBSECRET_H

#include <stdint.h>

typedef struct _GError GError;
typedef struct _GLogField GLogField;
typedef struct _GHashTable GHashTable;
typedef struct _GMainContext GMainContext;
typedef struct _GSource GSource;
typedef struct _GVariant GVariant;
typedef struct _GVariantType GVariantType;
typedef struct _GVariantBuilder GVariantBuilder;
typedef struct _GObject GObject;
typedef struct _GAsyncResult GAsyncResult;
typedef struct _GCancellable GCancellable;
typedef struct _GObjectConstructParam GObjectConstructParam;
typedef struct _GTypeInstance GTypeInstance;
typedef struct _GTypeQuery GTypeQuery;
typedef struct _GSocket GSocket;
typedef struct _GSocketConnection GSocketConnection;
typedef struct _GIOStream GIOStream;
typedef struct _GDBusConnection GDBusConnection;
typedef struct _GDBusAuthObserver GDBusAuthObserver;
typedef struct _SecretService SecretService;
#ifndef __SECRET_SCHEMA_H__  // which gives this structure no other name
typedef struct _SecretSchema SecretSchema;
#endif
typedef struct _SecretValue SecretValue;

/// What a GError holds.
typedef struct {
  uint32_t domain;
  int code;
  char *message;
} vault_error;

/// How a GObjectClass begins.
typedef struct {
  unsigned long type;
  void *properties;
  GObject *(*constructor)(unsigned long type, unsigned count, GObjectConstructParam *properties);
} vault_object_class;

/// What a GTypeQuery holds.
typedef struct {
  unsigned long type;
  const char *name;
  unsigned class_size;
  unsigned instance_size;
} vault_type_query;

enum {
  vault_IO_ERROR_INVALID_ARGUMENT = 13,
  vault_IO_ERROR_CLOSED = 18,
  vault_IO_ERROR_BROKEN_PIPE = 44,
  vault_SECRET_ERROR_PROTOCOL = 1,
  vault_CONNECTION_AUTHENTICATION_CLIENT = 1,
  vault_CONNECTION_MESSAGE_BUS = 8,
  vault_CALL_NO_AUTO_START = 1,
  vault_PROXY_DO_NOT_LOAD_PROPERTIES = 1,
  vault_PROXY_DO_NOT_CONNECT_SIGNALS = 2,
  vault_PROXY_DO_NOT_AUTO_START = 4,
  vault_BUS_TYPE_NONE = 0,
  vault_LOG_WRITER_HANDLED = 1,
  vault_NAME_DO_NOT_QUEUE = 4,   // D-Bus specification, RequestName
  vault_NAME_PRIMARY_OWNER = 1,  // the same
};

// GLib. Enumerations are written as the integer that each is.
void g_log_set_writer_func(unsigned (*function)(int level, const GLogField *fields,
                                                unsigned long count, void *data),
                           void *data, void (*destroy)(void *data));
void (*g_set_print_handler(void (*function)(const char *text)))(const char *text);
void (*g_set_printerr_handler(void (*function)(const char *text)))(const char *text);
void g_free(void *memory);
void g_strfreev(char **texts);
void g_error_free(GError *error);
unsigned g_str_hash(const void *text);
int g_str_equal(const void *first, const void *second);
GHashTable *g_hash_table_new(unsigned (*hash)(const void *key),
                             int (*equal)(const void *first, const void *second));
int g_hash_table_insert(GHashTable *table, void *key, void *value);
void g_hash_table_unref(GHashTable *table);
GMainContext *g_main_context_new(void);
void g_main_context_unref(GMainContext *context);
int g_main_context_iteration(GMainContext *context, int may_block);
void g_main_context_push_thread_default(GMainContext *context);
void g_main_context_pop_thread_default(GMainContext *context);
GSource *g_timeout_source_new(unsigned milliseconds);
void g_source_set_callback(GSource *source, int (*function)(void *data), void *data,
                           void (*notify)(void *data));
unsigned g_source_attach(GSource *source, GMainContext *context);
void g_source_destroy(GSource *source);
void g_source_unref(GSource *source);
GVariant *g_variant_new(const char *format, ...);
GVariant *g_variant_ref(GVariant *value);
void g_variant_unref(GVariant *value);
int g_variant_is_of_type(GVariant *value, const GVariantType *type);
void g_variant_get(GVariant *value, const char *format, ...);
void g_variant_get_child(GVariant *value, unsigned long place, const char *format, ...);
GVariant *g_variant_get_child_value(GVariant *value, unsigned long place);
GVariant *g_variant_lookup_value(GVariant *dictionary, const char *key, const GVariantType *type);
unsigned long g_variant_n_children(GVariant *value);
int g_variant_get_boolean(GVariant *value);
uint64_t g_variant_get_uint64(GVariant *value);
const char *g_variant_get_string(GVariant *value, unsigned long *length);
char **g_variant_dup_objv(GVariant *value, unsigned long *length);
GVariantBuilder *g_variant_builder_new(const GVariantType *type);
void g_variant_builder_add(GVariantBuilder *builder, const char *format, ...);
GVariant *g_variant_builder_end(GVariantBuilder *builder);
void g_variant_builder_unref(GVariantBuilder *builder);

// GObject and GIO.
void g_object_unref(void *object);
void g_object_set(void *object, const char *property, ...);
void g_type_query(unsigned long type, GTypeQuery *query);
unsigned long g_type_register_static_simple(unsigned long parent, const char *name,
                                            unsigned class_size,
                                            void (*class_init)(void *type, void *data),
                                            unsigned instance_size,
                                            void (*init)(GTypeInstance *instance, void *type),
                                            unsigned flags);
void *g_initable_new(unsigned long type, GCancellable *cancellable, GError **error,
                     const char *property, ...);
uint32_t g_io_error_quark(void);
GSocket *g_socket_new_from_fd(int socket, GError **error);
int g_socket_shutdown(GSocket *socket, int read, int write, GError **error);
GSocketConnection *g_socket_connection_factory_create_connection(GSocket *socket);
void g_dbus_connection_new(GIOStream *stream, const char *guid, unsigned flags,
                           GDBusAuthObserver *observer, GCancellable *cancellable,
                           void (*callback)(GObject *source, GAsyncResult *result, void *data),
                           void *data);
GDBusConnection *g_dbus_connection_new_finish(GAsyncResult *result, GError **error);
void g_dbus_connection_call(GDBusConnection *connection, const char *name, const char *path,
                            const char *interface, const char *method, GVariant *parameters,
                            const GVariantType *reply, unsigned flags, int timeout,
                            GCancellable *cancellable,
                            void (*callback)(GObject *source, GAsyncResult *result, void *data),
                            void *data);
GVariant *g_dbus_connection_call_finish(GDBusConnection *connection, GAsyncResult *result,
                                        GError **error);
unsigned g_dbus_connection_signal_subscribe(
    GDBusConnection *connection, const char *sender, const char *interface, const char *member,
    const char *path, const char *argument, unsigned flags,
    void (*callback)(GDBusConnection *connection, const char *sender, const char *path,
                     const char *interface, const char *signal, GVariant *parameters, void *data),
    void *data, void (*destroy)(void *data));
void g_dbus_connection_signal_unsubscribe(GDBusConnection *connection, unsigned subscription);
char *g_dbus_error_get_remote_error(const GError *error);
int g_dbus_error_strip_remote_error(GError *error);

// libsecret.
uint32_t secret_error_get_quark(void);
unsigned long secret_service_get_type(void);
void secret_service_ensure_session(SecretService *service, GCancellable *cancellable,
                                   void (*callback)(GObject *source, GAsyncResult *result,
                                                    void *data),
                                   void *data);
int secret_service_ensure_session_finish(SecretService *service, GAsyncResult *result,
                                         GError **error);
const char *secret_service_get_session_dbus_path(SecretService *service);
void secret_service_search_for_dbus_paths(SecretService *service, const SecretSchema *schema,
                                          GHashTable *attributes, GCancellable *cancellable,
                                          void (*callback)(GObject *source, GAsyncResult *result,
                                                           void *data),
                                          void *data);
int secret_service_search_for_dbus_paths_finish(SecretService *service, GAsyncResult *result,
                                                char ***unlocked, char ***locked, GError **error);
GVariant *secret_service_encode_dbus_secret(SecretService *service, SecretValue *value);
SecretValue *secret_service_decode_dbus_secret(SecretService *service, GVariant *value);
SecretValue *secret_value_new(const char *secret, long length, const char *content_type);
const char *secret_value_get(SecretValue *value, unsigned long *length);
void secret_value_unref(void *value);

#endif
