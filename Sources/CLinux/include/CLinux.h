// Linux calls that Swift cannot import: variadic functions and what the Glibc module leaves out.
#ifndef VAULT_CLINUX_H
#define VAULT_CLINUX_H

#include <signal.h>
#include <sys/types.h>

/// The text of an errno value, in English, never NULL; unlike strerror it is safe with threads.
const char *vault_error_text(int number);

/// prctl(PR_SET_DUMPABLE, 0): no core dump, and no reading of this process by the same user.
int vault_forbid_dumps(void);

/// Whether the program runs with more rights than its caller, as a setuid program does. getauxval(3),
/// AT_SECURE.
int vault_has_raised_rights(void);

/// Whether this program has no dynamic linker, and so can load no library.
int vault_is_linked_statically(void);

/// Overwrites the vector registers: memcpy(3) and ciphers leave in them what they last moved, and the
/// dynamic linker and signals write them to the stack. Does nothing on other processors than x86-64.
void vault_forget_registers(void);

/// Opens `name` inside `folder` with the mode that a new file gets. openat(2).
int vault_openat(int folder, const char *name, int flags, mode_t mode);

/// The number of the file system that a file lies in, as statfs(2) gives it; -1 and errno.
long vault_file_system_type(const char *path);

/// Whether a file in `folder` is mounted there by itself, as by `docker run -v FILE:FILE`: then it cannot be
/// replaced. statx(2), STATX_ATTR_MOUNT_ROOT; 0 also if the kernel (before 5.8) cannot tell.
int vault_is_mount_point(int folder, const char *name);

/// The number of the file system that an open file lies in, as fstatfs(2) gives it; -1 and errno.
long vault_open_file_system_type(int descriptor);

// Extended attributes of an open file: xattr(7). sys/xattr.h is in no module, and including it here would
// make its other types ours.

/// fgetxattr(2), fsetxattr(2), fremovexattr(2), flistxattr(2).
ssize_t vault_attribute(int file, const char *name, void *value, size_t length);
int vault_set_attribute(int file, const char *name, const void *value, size_t length);
int vault_remove_attribute(int file, const char *name);
ssize_t vault_attribute_names(int file, void *names, size_t length);

/// Tries for an open-file-description lock on the whole file, without waiting. fcntl(2), F_OFD_SETLK.
int vault_lock_file(int descriptor);

/// Whether another open file description has a lock on the file: 1, 0, or -1 and errno. fcntl(2),
/// F_OFD_GETLK.
int vault_is_file_locked(int descriptor);

/// Makes a file that is only in memory, holds these bytes, and is gone when it is closed.
/// memfd_create(2). Returns its descriptor, or -1 and errno.
int vault_memory_file(const void *bytes, size_t length);

/// Waits until there is something to read, or a signal comes that `mask` lets through. ppoll(2).
int vault_wait_for_input(int descriptor, const sigset_t *mask);

/// The user who listens at the other end of a connected Unix socket, or -1. unix(7), SO_PEERCRED.
int vault_peer_user(int socket, uid_t *user);

// One child process.

/// The arguments of this process as the kernel passed them. They need not be UTF-8, and reading them
/// needs no /proc.
char *const *vault_arguments(int *count);

/// Starts a program with this signal mask, and with the ignored signals and the core limit that this
/// process was started with; returns 0 or an error number. It gets the descriptors that are not marked
/// close-on-exec. vfork(2), execve(2).
int vault_start(const char *program, char *const *arguments, char *const *variables,
                const sigset_t *mask, pid_t *child);

/// Waits for one of these blocked signals. It is to be passed on to the child if another process sent it.
/// The kernel sends the signals of the terminal's keys to the child too. sigwaitinfo(2).
int vault_wait_for_signal(const sigset_t *mask, int *is_passed_on);

/// Reaps ended children other than this one if we are the first process of a container, which gets all
/// orphans. Otherwise other children belong to other code of this process. waitid(2).
void vault_reap_orphans(pid_t child);

#define VAULT_CHILD_UNCHANGED 0
#define VAULT_CHILD_EXITED 1
#define VAULT_CHILD_KILLED 2
#define VAULT_CHILD_STOPPED 3
#define VAULT_CHILD_LOST 4

/// What has become of a child, with its exit status or the signal. waitpid(2), without waiting.
int vault_child_state(pid_t child, int *value);

// Programs whose standard streams are pipes.

struct vault_program {
  pid_t child;
  /// Our ends of the pipes, non-blocking and close-on-exec.
  int input, output, errors;
};

/// Starts a program in a session of its own, with the default action for every signal, no signal
/// blocked, and no other descriptor; returns 0 or an error number. posix_spawn(3), which is safe with
/// threads.
int vault_program_start(const char *path, char *const *words, char *const *variables,
                        struct vault_program *program);

/// write(2) that fails with EPIPE and raises no SIGPIPE.
ssize_t vault_write_without_signal(int descriptor, const void *bytes, size_t length);

/// The first of SIGHUP, SIGINT, SIGQUIT and SIGTERM that is blocked, pending and not ignored, or 0.
int vault_pending_end(void);

// The kernel's key service: keyrings(7), keyctl(2). Each returns a key's number or a length, or -1
// and errno.

/// Adds a key of type `user` to the user keyring, or replaces its payload. add_key(2).
int vault_key_add(const char *name, const void *payload, size_t length);
/// Finds a key of type `user` from the session keyring, or from the process keyring.
int vault_key_search_session(const char *name);
int vault_key_search_process(const char *name);
/// Links the user keyring into the session keyring, or into the process keyring.
int vault_key_link_user_to_session(void);
int vault_key_link_user_to_process(void);
/// Lets nobody but a possessor do anything with a key.
int vault_key_restrict_to_possessor(int key);
/// Has the kernel forget a key after some seconds.
int vault_key_expire_after(int key, unsigned seconds);
/// Copies a key's payload; returns its whole length, which may be more than was copied.
long vault_key_read(int key, void *payload, size_t length);
/// Makes a key unusable at once, wherever it is linked.
int vault_key_invalidate(int key);

/// Copies the numbers of the keys in the user keyring; returns the length of them all in bytes.
long vault_key_list(int *keys, size_t length);
/// Copies a key's description, `type;uid;gid;permissions;name` and a NUL; returns its whole length.
long vault_key_describe(int key, char *text, size_t length);

#endif
