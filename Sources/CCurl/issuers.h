// OpenSSL's store of issuers' certificates, read once and shared.
#ifndef VAULT_ISSUERS_H
#define VAULT_ISSUERS_H

#include <stdbool.h>
#include <stddef.h>

/// Finds OpenSSL's functions through the libcurl that uses it.
///
/// Returns false if it lacks one. The others may only be called after it returned true.
bool vault_issuers_start(void *library);

/// CCurl.h describes these two.
void *vault_issuers_open(const char *file, const char *folder, const void *key, size_t key_length);
void vault_issuers_close(void *issuers);

#endif
