#include <stdlib.h>

#include "call.h"

#define calls vault_libsecret

static const GVariantType *type(const char *text) { return (const GVariantType *)text; }

// Callbacks come in the thread that waits, and so does this.
void vault_keyring_release(void *data) {
  vault_keyring_call *call = data;
  if (--call->references > 0) return;
  if (call->attributes) calls.g_variant_unref(call->attributes);
  if (call->label) calls.g_variant_unref(call->label);
  if (call->answer) calls.g_variant_unref(call->answer);
  if (call->secret) calls.secret_value_unref(call->secret);
  if (call->error) calls.g_error_free(call->error);
  calls.g_free(call->error_name);
  calls.g_strfreev(call->unlocked);
  calls.g_strfreev(call->locked);
  calls.g_strfreev(call->paths);
  free(call);
}

void vault_keyring_free(vault_keyring_call *call) { vault_keyring_release(call); }

bool vault_keyring_is_done(const vault_keyring_call *call) { return call->is_done; }

vault_keyring_outcome vault_keyring_end(const vault_keyring_call *call) {
  if (call->has_owner_gone) return VAULT_KEYRING_ENDED;
  if (!call->error) return VAULT_KEYRING_SUCCESS;
  if (call->error_name) return VAULT_KEYRING_NAMED;
  const vault_error *error = (const vault_error *)call->error;
  if (error->domain == calls.secret_error_get_quark())
    return error->code == vault_SECRET_ERROR_PROTOCOL ? VAULT_KEYRING_MALFORMED
                                                      : VAULT_KEYRING_OTHER;
  if (error->domain != calls.g_io_error_quark()) return VAULT_KEYRING_OTHER;
  switch (error->code) {
    case vault_IO_ERROR_CLOSED:
    case vault_IO_ERROR_BROKEN_PIPE: return VAULT_KEYRING_ENDED;
    case vault_IO_ERROR_INVALID_ARGUMENT: return VAULT_KEYRING_MALFORMED;
    default: return VAULT_KEYRING_OTHER;
  }
}

const char *vault_keyring_failure_name(const vault_keyring_call *call) {
  return call->error_name ? call->error_name : "";
}

const char *vault_keyring_failure_text(const vault_keyring_call *call) {
  return call->error ? ((const vault_error *)call->error)->message : "";
}

const char *const *vault_keyring_unlocked(const vault_keyring_call *call) {
  return (const char *const *)call->unlocked;
}

const char *const *vault_keyring_locked(const vault_keyring_call *call) {
  return (const char *const *)call->locked;
}

const char *vault_keyring_path(const vault_keyring_call *call, size_t place) {
  const char *path;
  calls.g_variant_get_child(call->answer, place, "&o", &path);
  return path;
}

// The value of a property, or of an answer that is one value; the caller's.
static GVariant *value_of(const vault_keyring_call *call) {
  GVariant *first = calls.g_variant_get_child_value(call->answer, 0);
  if (!calls.g_variant_is_of_type(first, type("v"))) return first;
  GVariant *inner;
  calls.g_variant_get(first, "v", &inner);
  calls.g_variant_unref(first);
  return inner;
}

bool vault_keyring_boolean(const vault_keyring_call *call, bool *value) {
  GVariant *inner = value_of(call);
  bool is_boolean = calls.g_variant_is_of_type(inner, type("b"));
  if (is_boolean) *value = calls.g_variant_get_boolean(inner);
  calls.g_variant_unref(inner);
  return is_boolean;
}

bool vault_keyring_owns_name(const vault_keyring_call *call) {
  unsigned outcome;
  calls.g_variant_get_child(call->answer, 0, "u", &outcome);
  return outcome == vault_NAME_PRIMARY_OWNER;
}

const char *vault_keyring_text(vault_keyring_call *call) {
  GVariant *inner = value_of(call);
  if (!calls.g_variant_is_of_type(inner, type("s"))) {
    calls.g_variant_unref(inner);
    return NULL;
  }
  if (call->label) calls.g_variant_unref(call->label);
  call->label = inner;
  return calls.g_variant_get_string(inner, NULL);
}

const char *const *vault_keyring_paths(vault_keyring_call *call) {
  GVariant *inner = value_of(call);
  if (calls.g_variant_is_of_type(inner, type("ao"))) {
    calls.g_strfreev(call->paths);
    call->paths = calls.g_variant_dup_objv(inner, NULL);
  }
  calls.g_variant_unref(inner);
  return (const char *const *)call->paths;
}

bool vault_keyring_read_item(vault_keyring_call *call, vault_keyring_item *item) {
  *item = (vault_keyring_item){0};
  GVariant *properties = calls.g_variant_get_child_value(call->answer, 0);
  call->attributes = calls.g_variant_lookup_value(properties, "Attributes", NULL);
  call->label = calls.g_variant_lookup_value(properties, "Label", type("s"));
  GVariant *locked = calls.g_variant_lookup_value(properties, "Locked", type("b"));
  GVariant *created = calls.g_variant_lookup_value(properties, "Created", type("t"));
  GVariant *modified = calls.g_variant_lookup_value(properties, "Modified", type("t"));
  // Another type than the specification's: nothing that it says can be relied on.
  bool is_item = !call->attributes || calls.g_variant_is_of_type(call->attributes, type("a{ss}"));
  if (is_item) {
    if (call->attributes) item->attribute_count = calls.g_variant_n_children(call->attributes);
    if (call->label) item->label = calls.g_variant_get_string(call->label, NULL);
    if (locked) item->is_locked = calls.g_variant_get_boolean(locked);
    if (created) item->created = calls.g_variant_get_uint64(created);
    if (modified) item->modified = calls.g_variant_get_uint64(modified);
  }
  GVariant *done[] = {properties, locked, created, modified};
  for (size_t place = 0; place < sizeof done / sizeof *done; place++)
    if (done[place]) calls.g_variant_unref(done[place]);
  return is_item;
}

void vault_keyring_attribute(const vault_keyring_call *call, size_t place, const char **name,
                             const char **value) {
  calls.g_variant_get_child(call->attributes, place, "{&s&s}", name, value);
}

const void *vault_keyring_secret(const vault_keyring_call *call, size_t *length) {
  return call->secret ? calls.secret_value_get(call->secret, length) : NULL;
}

bool vault_keyring_answer(const vault_keyring_call *call, bool *is_dismissed,
                          const char **object) {
  *object = NULL;
  if (!calls.g_variant_is_of_type(call->answer, type("(bv)"))) return false;
  int dismissed;
  GVariant *brought;
  calls.g_variant_get(call->answer, "(bv)", &dismissed, &brought);
  *is_dismissed = dismissed;
  // Lent by the answer, which `brought` is a part of.
  if (calls.g_variant_is_of_type(brought, type("o")))
    *object = calls.g_variant_get_string(brought, NULL);
  calls.g_variant_unref(brought);
  return true;
}
