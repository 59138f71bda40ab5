// Compiled, never run: what we have declared of libsecret by hand beside its own headers. A prototype
// that differs is an error of the compiler's.
#define SECRET_API_SUBJECT_TO_CHANGE
#include <gio/gio.h>
#include <libsecret/secret.h>

// Some calls are macros of the same name too.
#undef g_str_equal
#undef g_object_unref
#include "libsecret.h"

_Static_assert(sizeof(vault_error) == sizeof(GError), "GError");
_Static_assert(offsetof(vault_error, domain) == offsetof(GError, domain), "GError.domain");
_Static_assert(offsetof(vault_error, code) == offsetof(GError, code), "GError.code");
_Static_assert(offsetof(vault_error, message) == offsetof(GError, message), "GError.message");
#define BEGINS(ours, theirs, field) \
  _Static_assert(offsetof(ours, field) == offsetof(theirs, field), #theirs "." #field)
_Static_assert(sizeof(vault_object_class) <= sizeof(GObjectClass), "GObjectClass");
BEGINS(vault_object_class, GObjectClass, constructor);
_Static_assert(sizeof(vault_type_query) == sizeof(GTypeQuery), "GTypeQuery");
BEGINS(vault_type_query, GTypeQuery, class_size);
BEGINS(vault_type_query, GTypeQuery, instance_size);
#define SAME(name, theirs) _Static_assert((int)vault_##name == (int)(theirs), #theirs)
SAME(IO_ERROR_INVALID_ARGUMENT, G_IO_ERROR_INVALID_ARGUMENT);
SAME(IO_ERROR_CLOSED, G_IO_ERROR_CLOSED);
SAME(IO_ERROR_BROKEN_PIPE, G_IO_ERROR_BROKEN_PIPE);
SAME(SECRET_ERROR_PROTOCOL, SECRET_ERROR_PROTOCOL);
SAME(CONNECTION_AUTHENTICATION_CLIENT, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT);
SAME(CONNECTION_MESSAGE_BUS, G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION);
SAME(CALL_NO_AUTO_START, G_DBUS_CALL_FLAGS_NO_AUTO_START);
SAME(PROXY_DO_NOT_LOAD_PROPERTIES, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES);
SAME(PROXY_DO_NOT_CONNECT_SIGNALS, G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS);
SAME(PROXY_DO_NOT_AUTO_START, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START);
SAME(BUS_TYPE_NONE, G_BUS_TYPE_NONE);
SAME(NAME_DO_NOT_QUEUE, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE);
SAME(LOG_WRITER_HANDLED, G_LOG_WRITER_HANDLED);
