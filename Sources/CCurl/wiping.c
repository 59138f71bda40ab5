#define _GNU_SOURCE
#include "wiping.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Stands before each block, and is as long as the strictest alignment, so that the block behind it
// is aligned as malloc's would be.
typedef union {
  size_t size;
  max_align_t alignment;
} header;

void *vault_wiping_malloc(size_t size) {
  if (size > SIZE_MAX - sizeof(header)) return NULL;
  header *start = malloc(sizeof(header) + size);
  if (!start) return NULL;
  start->size = size;
  return start + 1;
}

void vault_wiping_free(void *block) {
  if (!block) return;
  header *start = (header *)block - 1;
  explicit_bzero(block, start->size);
  free(start);
}

void *vault_wiping_calloc(size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return NULL;
  void *block = vault_wiping_malloc(count * size);
  if (block) memset(block, 0, count * size);
  return block;
}

// Never in place: the system's realloc may move a block and leave the old one as it was.
void *vault_wiping_realloc(void *block, size_t size) {
  void *moved = vault_wiping_malloc(size);
  if (!moved || !block) return moved;
  size_t before = ((header *)block - 1)->size;
  memcpy(moved, block, before < size ? before : size);
  vault_wiping_free(block);
  return moved;
}

char *vault_wiping_strdup(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = vault_wiping_malloc(size);
  return copy ? memcpy(copy, text, size) : NULL;
}
