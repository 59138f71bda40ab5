#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>

const char *vault_error_text(int number) {
  const char *text = strerrordesc_np(number);
  return text ? text : "unknown error";
}

int vault_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int vault_openat(int folder, const char *name, int flags, mode_t mode) {
  return openat(folder, name, flags, mode);
}

int vault_lock_file(int descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int vault_wait_for_input(int descriptor, const sigset_t *mask) {
  struct pollfd input = {.fd = descriptor, .events = POLLIN};
  return ppoll(&input, 1, NULL, mask);
}
