// An allocator whose blocks are wiped before they go back to the system.
#ifndef VAULT_CCURL_WIPING_H
#define VAULT_CCURL_WIPING_H

#include <stddef.h>

void *vault_wiping_malloc(size_t size);
void *vault_wiping_calloc(size_t count, size_t size);
void *vault_wiping_realloc(void *block, size_t size);
char *vault_wiping_strdup(const char *text);
void vault_wiping_free(void *block);

#endif
