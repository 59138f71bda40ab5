#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <sys/wait.h>
#include <unistd.h>

const char *vault_error_text(int number) {
  // strerrordesc_np would do, but needs glibc 2.32. The "C" locale is a constant of the C library.
  const char *text = strerror_l(number, newlocale(LC_ALL_MASK, "C", NULL));
  return text ? text : "unknown error";
}

int vault_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int vault_has_raised_rights(void) { return getauxval(AT_SECURE) != 0; }

int vault_openat(int folder, const char *name, int flags, mode_t mode) {
  return openat(folder, name, flags, mode);
}

long vault_file_system_type(const char *path) {
  struct statfs facts;
  return statfs(path, &facts) == 0 ? (long)facts.f_type : -1;
}

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x00002000
#endif

int vault_is_mount_point(int folder, const char *name) {
  // The C library's statx needs glibc 2.28.
  struct statx status;
  if (syscall(SYS_statx, folder, name, AT_SYMLINK_NOFOLLOW, 0, &status) != 0) return 0;
  return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

long vault_open_file_system_type(int descriptor) {
  struct statfs facts;
  return fstatfs(descriptor, &facts) == 0 ? (long)facts.f_type : -1;
}

ssize_t vault_attribute(int file, const char *name, void *value, size_t length) {
  return fgetxattr(file, name, value, length);
}

int vault_set_attribute(int file, const char *name, const void *value, size_t length) {
  return fsetxattr(file, name, value, length, 0);
}

int vault_remove_attribute(int file, const char *name) { return fremovexattr(file, name); }

ssize_t vault_attribute_names(int file, void *names, size_t length) {
  return flistxattr(file, names, length);
}

int vault_lock_file(int descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int vault_is_file_locked(int descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(descriptor, F_OFD_GETLK, &lock)) return -1;
  return lock.l_type != F_UNLCK;
}

int vault_memory_file(const void *bytes, size_t length) {
  int file = memfd_create("vault", MFD_CLOEXEC);
  for (size_t done = 0; file >= 0 && done < length;) {
    ssize_t count = write(file, (const char *)bytes + done, length - done);
    if (count > 0) {
      done += (size_t)count;
    } else if (errno != EINTR) {
      int reason = errno;
      close(file);
      errno = reason;
      return -1;
    }
  }
  return file;
}

int vault_wait_for_input(int descriptor, const sigset_t *mask) {
  struct pollfd input = {.fd = descriptor, .events = POLLIN};
  return ppoll(&input, 1, NULL, mask);
}

int vault_peer_user(int socket, uid_t *user) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length)) return -1;
  *user = peer.uid;
  return 0;
}

int vault_wait_for_signal(const sigset_t *mask, int *is_passed_on) {
  siginfo_t info;
  int number = sigwaitinfo(mask, &info);
  *is_passed_on = number > 0 && info.si_code <= 0 && info.si_pid != getpid();
  return number;
}

void vault_reap_orphans(pid_t child) {
  siginfo_t info;
  while (getpid() == 1) {
    info.si_pid = 0;
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
    if (info.si_pid == 0 || info.si_pid == child) return;
    waitpid(info.si_pid, NULL, WNOHANG);
  }
}

int vault_child_state(pid_t child, int *value) {
  int status;
  pid_t changed = waitpid(child, &status, WNOHANG | WUNTRACED);
  if (changed == 0) return VAULT_CHILD_UNCHANGED;
  if (changed < 0) return errno == EINTR ? VAULT_CHILD_UNCHANGED : VAULT_CHILD_LOST;
  if (WIFSTOPPED(status)) {
    *value = WSTOPSIG(status);
    return VAULT_CHILD_STOPPED;
  }
  *value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return WIFSIGNALED(status) ? VAULT_CHILD_KILLED : VAULT_CHILD_EXITED;
}

static long key_control(int operation, long first, long second, long third, long fourth) {
  return syscall(SYS_keyctl, operation, first, second, third, fourth);
}

int vault_key_add(const char *name, const void *payload, size_t length) {
  return (int)syscall(SYS_add_key, "user", name, payload, length, KEY_SPEC_USER_KEYRING);
}

static int search(int keyring, const char *name) {
  return (int)key_control(KEYCTL_SEARCH, keyring, (long)"user", (long)name, 0);
}

int vault_key_search_session(const char *name) { return search(KEY_SPEC_SESSION_KEYRING, name); }

int vault_key_search_process(const char *name) { return search(KEY_SPEC_PROCESS_KEYRING, name); }

static int link_user_keyring(int keyring) {
  return (int)key_control(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, keyring, 0, 0);
}

int vault_key_link_user_to_session(void) { return link_user_keyring(KEY_SPEC_SESSION_KEYRING); }

int vault_key_link_user_to_process(void) { return link_user_keyring(KEY_SPEC_PROCESS_KEYRING); }

int vault_key_restrict_to_possessor(int key) {
  const long all_for_possessor = 0x3f000000;
  return (int)key_control(KEYCTL_SETPERM, key, all_for_possessor, 0, 0);
}

int vault_key_expire_after(int key, unsigned seconds) {
  return (int)key_control(KEYCTL_SET_TIMEOUT, key, seconds, 0, 0);
}

long vault_key_read(int key, void *payload, size_t length) {
  return key_control(KEYCTL_READ, key, (long)payload, (long)length, 0);
}

int vault_key_invalidate(int key) { return (int)key_control(KEYCTL_INVALIDATE, key, 0, 0, 0); }

long vault_key_list(int *keys, size_t length) {
  return key_control(KEYCTL_READ, KEY_SPEC_USER_KEYRING, (long)keys, (long)length, 0);
}

long vault_key_describe(int key, char *text, size_t length) {
  return key_control(KEYCTL_DESCRIBE, key, (long)text, (long)length, 0);
}
