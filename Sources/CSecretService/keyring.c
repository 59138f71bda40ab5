#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "service.h"

#define calls vault_libsecret

static const char *const service_name = "org.freedesktop.secrets";
static const char *const service_path = "/org/freedesktop/secrets";
static const char *const service_interface = "org.freedesktop.Secret.Service";
static const char *const item_interface = "org.freedesktop.Secret.Item";
static const char *const collection_interface = "org.freedesktop.Secret.Collection";
static const char *const prompt_interface = "org.freedesktop.Secret.Prompt";
static const char *const properties_interface = "org.freedesktop.DBus.Properties";
// KWallet's own API of KDE 5, on the same connection as its Secret Service.
static const char *const wallet_path = "/modules/kwalletd5";
static const char *const wallet_interface = "org.kde.KWallet";
static const char *const bus_name = "org.freedesktop.DBus";
static const char *const bus_path = "/org/freedesktop/DBus";

static const GVariantType *type(const char *text) { return (const GVariantType *)text; }

// MARK: Connections

vault_keyring *vault_keyring_open(int socket) {
  // GIO has the whole process ignore a broken pipe, which it does not need here: it sends without.
  struct sigaction before;
  sigaction(SIGPIPE, NULL, &before);
  GSocket *taken = calls.g_socket_new_from_fd(socket, NULL);
  sigaction(SIGPIPE, &before, NULL);
  vault_keyring *keyring = taken ? calloc(1, sizeof *keyring) : NULL;
  if (!keyring) {
    if (taken) calls.g_object_unref(taken);
    else close(socket);
    return NULL;
  }
  keyring->socket = taken;
  keyring->context = calls.g_main_context_new();
  return keyring;
}

void vault_keyring_close(vault_keyring *keyring) {
  calls.g_socket_shutdown(keyring->socket, true, true, NULL);
  if (keyring->service) calls.g_object_unref(keyring->service);
  if (keyring->connection) calls.g_object_unref(keyring->connection);
  calls.g_object_unref(keyring->socket);
  calls.g_main_context_unref(keyring->context);
  free(keyring->owner);
  free(keyring);
}

static int wake(void *is_late) {
  *(bool *)is_late = true;
  return true;
}

bool vault_keyring_wait(vault_keyring *keyring, int milliseconds) {
  unsigned long ended = keyring->ended;
  bool is_late = false;
  GSource *alarm = calls.g_timeout_source_new(milliseconds > 0 ? (unsigned)milliseconds : 0);
  calls.g_source_set_callback(alarm, wake, &is_late, NULL);
  calls.g_source_attach(alarm, keyring->context);
  calls.g_main_context_push_thread_default(keyring->context);
  while (keyring->ended == ended && !is_late)
    calls.g_main_context_iteration(keyring->context, true);
  calls.g_main_context_pop_thread_default(keyring->context);
  calls.g_source_destroy(alarm);
  calls.g_source_unref(alarm);
  return keyring->ended != ended;
}

// MARK: Calls

static vault_keyring_call *begin(vault_keyring *keyring,
                                 void (*finish)(vault_keyring_call *, GObject *, GAsyncResult *)) {
  vault_keyring_call *call = calloc(1, sizeof *call);
  if (!call) abort();
  call->references = 2;
  call->keyring = keyring;
  call->finish = finish;
  calls.g_main_context_push_thread_default(keyring->context);
  return call;
}

static vault_keyring_call *begun(vault_keyring_call *call) {
  calls.g_main_context_pop_thread_default(call->keyring->context);
  return call;
}

static void end(vault_keyring_call *call) {
  call->is_done = true;
  call->keyring->ended++;
  if (!call->error) return;
  call->error_name = calls.g_dbus_error_get_remote_error(call->error);
  calls.g_dbus_error_strip_remote_error(call->error);
}

static void on_answer(GObject *source, GAsyncResult *result, void *data) {
  vault_keyring_call *call = data;
  call->finish(call, source, result);
  end(call);
  vault_keyring_release(call);
}

static void take_connection(vault_keyring_call *call, GObject *source, GAsyncResult *result) {
  (void)source;
  call->keyring->connection = calls.g_dbus_connection_new_finish(result, &call->error);
}

vault_keyring_call *vault_keyring_log_in(vault_keyring *keyring) {
  vault_keyring_call *call = begin(keyring, take_connection);
  unsigned flags = vault_CONNECTION_AUTHENTICATION_CLIENT | vault_CONNECTION_MESSAGE_BUS;
  // The threads that begin here leave every signal to the thread that is here already.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  GSocketConnection *stream = calls.g_socket_connection_factory_create_connection(keyring->socket);
  calls.g_dbus_connection_new((GIOStream *)stream, NULL, flags, NULL, NULL, on_answer, call);
  calls.g_object_unref(stream);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return begun(call);
}

static void take_answer(vault_keyring_call *call, GObject *source, GAsyncResult *result) {
  call->answer =
      calls.g_dbus_connection_call_finish((GDBusConnection *)source, result, &call->error);
}

// What GIO and libsecret wait by themselves is left without a limit: ours is in vault_keyring_wait().
static vault_keyring_call *ask(vault_keyring *keyring, const char *name, const char *path,
                               const char *interface, const char *method, GVariant *parameters,
                               const char *reply,
                               void (*finish)(vault_keyring_call *, GObject *, GAsyncResult *)) {
  vault_keyring_call *call = begin(keyring, finish);
  calls.g_dbus_connection_call(keyring->connection, name, path, interface, method, parameters,
                               type(reply), vault_CALL_NO_AUTO_START, INT_MAX, NULL, on_answer,
                               call);
  return begun(call);
}

static vault_keyring_call *ask_owner(vault_keyring *keyring, const char *path,
                                     const char *interface, const char *method,
                                     GVariant *parameters, const char *reply) {
  return ask(keyring, keyring->owner, path, interface, method, parameters, reply, take_answer);
}

vault_keyring_call *vault_keyring_find_owner(vault_keyring *keyring) {
  return ask(keyring, bus_name, bus_path, bus_name, "GetNameOwner",
             calls.g_variant_new("(s)", service_name), "(s)", take_answer);
}

bool vault_keyring_use_owner(vault_keyring *keyring, const vault_keyring_call *owner) {
  const char *name;
  calls.g_variant_get_child(owner->answer, 0, "&s", &name);
  // Such a name is asked without another look at who owns it, and is never started.
  if (name[0] != ':') return false;
  keyring->owner = strdup(name);
  return keyring->owner && vault_keyring_forget_session(keyring);
}

bool vault_keyring_forget_session(vault_keyring *keyring) {
  // libsecret keeps a session as long as its service.
  if (keyring->service) calls.g_object_unref(keyring->service);
  keyring->service = vault_service_new(keyring->connection, keyring->owner);
  return keyring->service;
}

vault_keyring_call *vault_keyring_take_name(vault_keyring *keyring, const char *name) {
  return ask(keyring, bus_name, bus_path, bus_name, "RequestName",
             calls.g_variant_new("(su)", name, vault_NAME_DO_NOT_QUEUE), "(u)", take_answer);
}

static void take_session(vault_keyring_call *call, GObject *source, GAsyncResult *result) {
  calls.secret_service_ensure_session_finish((SecretService *)source, result, &call->error);
}

vault_keyring_call *vault_keyring_open_session(vault_keyring *keyring) {
  vault_keyring_call *call = begin(keyring, take_session);
  calls.secret_service_ensure_session(keyring->service, NULL, on_answer, call);
  return begun(call);
}

static void take_found(vault_keyring_call *call, GObject *source, GAsyncResult *result) {
  calls.secret_service_search_for_dbus_paths_finish((SecretService *)source, result,
                                                    &call->unlocked, &call->locked, &call->error);
}

vault_keyring_call *vault_keyring_search(vault_keyring *keyring, const char *const *attributes) {
  vault_keyring_call *call = begin(keyring, take_found);
  GHashTable *table = calls.g_hash_table_new(calls.g_str_hash, calls.g_str_equal);
  for (size_t place = 0; attributes[place]; place += 2)
    calls.g_hash_table_insert(table, (void *)attributes[place], (void *)attributes[place + 1]);
  calls.secret_service_search_for_dbus_paths(keyring->service, NULL, table, NULL, on_answer, call);
  calls.g_hash_table_unref(table);
  return begun(call);
}

vault_keyring_call *vault_keyring_get(vault_keyring *keyring, const char *path,
                                      const char *interface, const char *property) {
  return ask_owner(keyring, path, properties_interface, "Get",
                   calls.g_variant_new("(ss)", interface, property), "(v)");
}

vault_keyring_call *vault_keyring_is_wallet_open(vault_keyring *keyring, const char *wallet) {
  return ask_owner(keyring, wallet_path, wallet_interface, "isOpen",
                   calls.g_variant_new("(s)", wallet), "(b)");
}

vault_keyring_call *vault_keyring_get_item(vault_keyring *keyring, const char *path) {
  return ask_owner(keyring, path, properties_interface, "GetAll",
                   calls.g_variant_new("(s)", item_interface), "(a{sv})");
}

static void take_secret(vault_keyring_call *call, GObject *source, GAsyncResult *result) {
  GVariant *answer =
      calls.g_dbus_connection_call_finish((GDBusConnection *)source, result, &call->error);
  if (!answer) return;
  GVariant *secret = calls.g_variant_get_child_value(answer, 0);
  call->secret = calls.secret_service_decode_dbus_secret(call->keyring->service, secret);
  calls.g_variant_unref(secret);
  calls.g_variant_unref(answer);
}

// libsecret's own call for this does not tell an item that is locked from one that is gone.
vault_keyring_call *vault_keyring_get_secret(vault_keyring *keyring, const char *path) {
  const char *session = calls.secret_service_get_session_dbus_path(keyring->service);
  return ask(keyring, keyring->owner, path, item_interface, "GetSecret",
             calls.g_variant_new("(o)", session), "((oayays))", take_secret);
}

// libsecret's own calls for these three put the keyring's question to the user themselves, also
// where nobody may be asked, and do not tell a user who dismisses it from a keyring that ends.
vault_keyring_call *vault_keyring_create(vault_keyring *keyring, const char *collection,
                                         const char *label, const char *const *attributes,
                                         const void *secret, size_t length, bool is_text) {
  SecretValue *value = calls.secret_value_new(
      secret, (long)length, is_text ? "text/plain" : "application/octet-stream");
  if (!value) return NULL;
  GVariant *encoded = calls.secret_service_encode_dbus_secret(keyring->service, value);
  calls.secret_value_unref(value);
  if (!encoded) return NULL;
  GVariantBuilder *texts = calls.g_variant_builder_new(type("a{ss}"));
  for (size_t place = 0; attributes[place]; place += 2)
    calls.g_variant_builder_add(texts, "{ss}", attributes[place], attributes[place + 1]);
  GVariantBuilder *properties = calls.g_variant_builder_new(type("a{sv}"));
  calls.g_variant_builder_add(properties, "{sv}", "org.freedesktop.Secret.Item.Label",
                              calls.g_variant_new("s", label));
  calls.g_variant_builder_add(properties, "{sv}", "org.freedesktop.Secret.Item.Attributes",
                              calls.g_variant_builder_end(texts));
  vault_keyring_call *call = ask_owner(
      keyring, collection, collection_interface, "CreateItem",
      // Keyrings replace in different ways: KeePassXC keeps attributes of the item that was there.
      calls.g_variant_new("(@a{sv}@(oayays)b)", calls.g_variant_builder_end(properties), encoded,
                          false),
      "(oo)");
  calls.g_variant_builder_unref(properties);
  calls.g_variant_builder_unref(texts);
  return call;
}

vault_keyring_call *vault_keyring_delete(vault_keyring *keyring, const char *path) {
  return ask_owner(keyring, path, item_interface, "Delete", NULL, "(o)");
}

vault_keyring_call *vault_keyring_unlock(vault_keyring *keyring, const char *path) {
  return ask_owner(keyring, service_path, service_interface, "Unlock",
                   calls.g_variant_new("(^ao)", (const char *[]){path, NULL}), "(aoo)");
}

// MARK: Questions

static void end_prompt(vault_keyring_call *call) {
  if (call->is_done) return;
  for (size_t place = 0; place < 2; place++)
    calls.g_dbus_connection_signal_unsubscribe(call->keyring->connection,
                                               call->subscriptions[place]);
  end(call);
}

static void on_completed(GDBusConnection *connection, const char *sender, const char *path,
                         const char *interface, const char *signal, GVariant *parameters,
                         void *data) {
  (void)connection, (void)sender, (void)path, (void)interface, (void)signal;
  vault_keyring_call *call = data;
  if (call->is_done) return;
  call->answer = calls.g_variant_ref(parameters);
  end_prompt(call);
}

static void on_owner_change(GDBusConnection *connection, const char *sender, const char *path,
                            const char *interface, const char *signal, GVariant *parameters,
                            void *data) {
  (void)connection, (void)sender, (void)path, (void)interface, (void)signal, (void)parameters;
  vault_keyring_call *call = data;
  call->has_owner_gone = true;
  end_prompt(call);
}

static void on_prompting(GObject *source, GAsyncResult *result, void *data) {
  vault_keyring_call *call = data;
  GError *error = NULL;
  GVariant *answer =
      calls.g_dbus_connection_call_finish((GDBusConnection *)source, result, &error);
  if (answer) calls.g_variant_unref(answer);
  if (error && !call->is_done) {
    call->error = error;
    end_prompt(call);
  } else if (error) {
    calls.g_error_free(error);
  }
  vault_keyring_release(call);
}

vault_keyring_call *vault_keyring_prompt(vault_keyring *keyring, const char *path) {
  vault_keyring_call *call = begin(keyring, NULL);
  call->references += 2;
  call->subscriptions[0] = calls.g_dbus_connection_signal_subscribe(
      keyring->connection, keyring->owner, prompt_interface, "Completed", path, NULL, 0,
      on_completed, call, vault_keyring_release);
  call->subscriptions[1] = calls.g_dbus_connection_signal_subscribe(
      keyring->connection, bus_name, bus_name, "NameOwnerChanged", bus_path, keyring->owner, 0,
      on_owner_change, call, vault_keyring_release);
  calls.g_dbus_connection_call(keyring->connection, keyring->owner, path, prompt_interface,
                               "Prompt", calls.g_variant_new("(s)", ""), NULL,
                               vault_CALL_NO_AUTO_START, INT_MAX, NULL, on_prompting, call);
  return begun(call);
}

vault_keyring_call *vault_keyring_dismiss(vault_keyring *keyring, const char *path) {
  return ask_owner(keyring, path, prompt_interface, "Dismiss", NULL, NULL);
}
