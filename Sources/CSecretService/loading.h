// The calls of libsecret.h, found at run time.
#ifndef VAULT_LOADING_H
#define VAULT_LOADING_H

#include "libsecret.h"

#define VAULT_LIBSECRET_CALLS(CALL)                                                            \
  CALL(g_log_set_writer_func) CALL(g_set_print_handler)               \
  CALL(g_set_printerr_handler) CALL(g_free) CALL(g_strfreev) CALL(g_error_free)                \
  CALL(g_str_hash) CALL(g_str_equal) CALL(g_hash_table_new) CALL(g_hash_table_insert)          \
  CALL(g_hash_table_unref) CALL(g_main_context_new) CALL(g_main_context_unref)                 \
  CALL(g_main_context_iteration) CALL(g_main_context_push_thread_default)                      \
  CALL(g_main_context_pop_thread_default) CALL(g_timeout_source_new)                           \
  CALL(g_source_set_callback) CALL(g_source_attach) CALL(g_source_destroy)                     \
  CALL(g_source_unref) CALL(g_variant_new) CALL(g_variant_ref) CALL(g_variant_unref)           \
  CALL(g_variant_is_of_type) CALL(g_variant_get) CALL(g_variant_get_child)                     \
  CALL(g_variant_get_child_value) CALL(g_variant_lookup_value) CALL(g_variant_n_children)      \
  CALL(g_variant_get_boolean) CALL(g_variant_get_uint64) CALL(g_variant_get_string)            \
  CALL(g_variant_dup_objv)                                                                     \
  CALL(g_variant_builder_new) CALL(g_variant_builder_add)                                      \
  CALL(g_variant_builder_end) CALL(g_variant_builder_unref) CALL(g_object_unref)               \
  CALL(g_initable_new) CALL(g_io_error_quark) CALL(g_socket_new_from_fd)                       \
  CALL(g_socket_shutdown) CALL(g_socket_connection_factory_create_connection)                  \
  CALL(g_dbus_connection_new) CALL(g_dbus_connection_new_finish) CALL(g_dbus_connection_call)  \
  CALL(g_dbus_connection_call_finish) CALL(g_dbus_connection_signal_subscribe)                 \
  CALL(g_dbus_connection_signal_unsubscribe) CALL(g_dbus_error_get_remote_error)               \
  CALL(g_dbus_error_strip_remote_error) CALL(g_object_set) CALL(g_type_query)                  \
  CALL(g_type_register_static_simple) CALL(secret_error_get_quark)                             \
  CALL(secret_service_get_type) CALL(secret_service_ensure_session)                            \
  CALL(secret_service_ensure_session_finish) CALL(secret_service_get_session_dbus_path)        \
  CALL(secret_service_search_for_dbus_paths)                                                   \
  CALL(secret_service_search_for_dbus_paths_finish) CALL(secret_service_encode_dbus_secret)    \
  CALL(secret_service_decode_dbus_secret) CALL(secret_value_new) CALL(secret_value_get)        \
  CALL(secret_value_unref)

typedef struct {
#define VAULT_DECLARE(name) __typeof__(name) *name;
  VAULT_LIBSECRET_CALLS(VAULT_DECLARE)
#undef VAULT_DECLARE
} vault_libsecret_calls;

/// Empty until vault_keyring_load() has returned NULL.
extern vault_libsecret_calls vault_libsecret;

#endif
