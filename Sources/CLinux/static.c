#define _GNU_SOURCE
#include "CLinux.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

int vault_is_linked_statically(void) {
  const ElfW(Phdr) *segment = (const ElfW(Phdr) *)getauxval(AT_PHDR);
  const ElfW(Phdr) *end = segment ? segment + getauxval(AT_PHNUM) : NULL;
  for (; segment < end; segment++) {
    if (segment->p_type == PT_INTERP) return 0;
  }
  return 1;
}

// A statically linked Swift runtime looks for its own path in /proc before main, and aborts without it.
// Priority 101 is the first that is not reserved for the C library.
__attribute__((constructor(101))) static void require_proc(void) {
  if (!vault_is_linked_statically() || access("/proc/self/exe", F_OK) == 0) return;
  static const char text[] =
      "this statically linked program needs /proc: mount it, or use the dynamically linked one\n";
  // The clients of a credential helper show what it writes to standard output.
  ssize_t count = write(STDOUT_FILENO, text, sizeof text - 1);
  _exit(count < 0 ? 71 : 1);
}
