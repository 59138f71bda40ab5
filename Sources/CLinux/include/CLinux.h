// Linux calls that Swift cannot import: variadic functions and what the Glibc module leaves out.
#ifndef VAULT_CLINUX_H
#define VAULT_CLINUX_H

#include <signal.h>
#include <sys/types.h>

/// The text of an errno value, in English, never NULL; unlike strerror it is safe with threads.
const char *vault_error_text(int number);

/// prctl(PR_SET_DUMPABLE, 0): no core dump, and no reading of this process by the same user.
int vault_forbid_dumps(void);

/// Opens `name` inside `folder` with the mode that a new file gets. openat(2).
int vault_openat(int folder, const char *name, int flags, mode_t mode);

/// Tries for an open-file-description lock on the whole file, without waiting. fcntl(2), F_OFD_SETLK.
int vault_lock_file(int descriptor);

/// Waits until there is something to read, or a signal comes that `mask` lets through. ppoll(2).
int vault_wait_for_input(int descriptor, const sigset_t *mask);

#endif
