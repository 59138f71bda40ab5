#ifndef VAULT_SERVICE_H
#define VAULT_SERVICE_H

#include "loading.h"

/// libsecret's service over a connection of ours; NULL if it is not to be had. Asks nothing of anybody.
SecretService *vault_service_new(GDBusConnection *connection, const char *owner);

#endif
