#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void close_both(const int ends[2]) {
  close(ends[0]);
  close(ends[1]);
}

/// A pipe whose ends are no standard streams, even if this process was started without those.
static int make_pipe(int ends[2]) {
  int made[2];
  if (pipe2(made, O_CLOEXEC)) return errno;
  ends[0] = fcntl(made[0], F_DUPFD_CLOEXEC, 3);
  ends[1] = fcntl(made[1], F_DUPFD_CLOEXEC, 3);
  int failure = ends[0] < 0 || ends[1] < 0 ? errno : 0;
  close_both(made);
  if (failure) close_both(ends);
  return failure;
}

/// Has the child close all descriptors but the standard streams.
///
/// posix_spawn_file_actions_addclosefrom_np would do, but needs glibc 2.34. Without /proc only the
/// descriptors below the usual limit are found.
static int add_closes(posix_spawn_file_actions_t *actions) {
  int failure = 0;
  DIR *folder = opendir("/proc/self/fd");
  for (int descriptor = 3; !folder && !failure && descriptor < 1024; descriptor++) {
    if (fcntl(descriptor, F_GETFD) >= 0)
      failure = posix_spawn_file_actions_addclose(actions, descriptor);
  }
  for (struct dirent *entry; folder && !failure && (entry = readdir(folder));) {
    int descriptor = atoi(entry->d_name); // 0 for "." and ".."
    if (descriptor > 2) failure = posix_spawn_file_actions_addclose(actions, descriptor);
  }
  if (folder) closedir(folder);
  return failure;
}

static int spawn(const char *path, char *const *words, char *const *variables,
                 const int streams[3], pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int failure = posix_spawn_file_actions_init(&actions);
  if (failure) return failure;
  failure = posix_spawnattr_init(&attributes);
  if (failure) {
    posix_spawn_file_actions_destroy(&actions);
    return failure;
  }
  for (int stream = 0; stream < 3 && !failure; stream++)
    failure = posix_spawn_file_actions_adddup2(&actions, streams[stream], stream);
  if (!failure) failure = add_closes(&actions);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF);
  if (!failure) failure = posix_spawn(child, path, &actions, &attributes, words, variables);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

int vault_program_start(const char *path, char *const *words, char *const *variables,
                        struct vault_program *program) {
  // If our parent ignores SIGCHLD, the kernel would not tell how the child ended.
  struct sigaction action;
  if (!sigaction(SIGCHLD, NULL, &action) && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
  int pipes[3][2];
  int failure = 0, made = 0;
  while (made < 3 && !(failure = make_pipe(pipes[made]))) made++;
  if (!failure) {
    const int streams[] = {pipes[0][0], pipes[1][1], pipes[2][1]};
    failure = spawn(path, words, variables, streams, &program->child);
  }
  if (failure) {
    while (made > 0) close_both(pipes[--made]);
    return failure;
  }
  close(pipes[0][0]);
  close(pipes[1][1]);
  close(pipes[2][1]);
  program->input = pipes[0][1];
  program->output = pipes[1][0];
  program->errors = pipes[2][0];
  fcntl(program->input, F_SETFL, O_NONBLOCK);
  fcntl(program->output, F_SETFL, O_NONBLOCK);
  fcntl(program->errors, F_SETFL, O_NONBLOCK);
  return 0;
}

ssize_t vault_write_without_signal(int descriptor, const void *bytes, size_t length) {
  sigset_t pipe_signal, previous, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &previous);
  ssize_t count = write(descriptor, bytes, length);
  int failure = errno;
  if (count < 0 && failure == EPIPE && !sigismember(&pending, SIGPIPE)) {
    const struct timespec no_wait = {0, 0};
    while (sigtimedwait(&pipe_signal, NULL, &no_wait) < 0 && errno == EINTR) {}
  }
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  errno = failure;
  return count;
}

int vault_pending_end(void) {
  static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  sigset_t pending;
  sigpending(&pending);
  for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
    struct sigaction action;
    // A blocked signal is pending even if it is ignored.
    if (sigismember(&pending, numbers[index]) && !sigaction(numbers[index], NULL, &action) &&
        action.sa_handler != SIG_IGN)
      return numbers[index];
  }
  return 0;
}
