#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// What the process was started with, before any of it is changed.
static struct {
  int count;
  char **arguments;
  sigset_t ignored;
  struct rlimit core;
} at_start;

// glibc passes the arguments of main to constructors. CommandLine.arguments would read /proc.
__attribute__((constructor)) static void remember_start(int count, char **arguments) {
  at_start.count = count;
  at_start.arguments = arguments;
  sigemptyset(&at_start.ignored);
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
      sigaddset(&at_start.ignored, number);
  }
  getrlimit(RLIMIT_CORE, &at_start.core);
}

char *const *vault_arguments(int *count) {
  *count = at_start.count;
  return at_start.arguments;
}

// Runs in the child, which shares the memory of its parent until execve, with all signals blocked.
static int become(const char *program, char *const *arguments, char *const *variables,
                  const sigset_t *mask) {
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action = {
        .sa_handler = sigismember(&at_start.ignored, number) == 1 ? SIG_IGN : SIG_DFL};
    sigaction(number, &action, NULL); // fails for KILL, STOP and those of the C library
  }
  setrlimit(RLIMIT_CORE, &at_start.core);
  sigprocmask(SIG_SETMASK, mask, NULL);
  execve(program, arguments, variables);
  return errno;
}

static int start(const char *program, char *const *arguments, char *const *variables,
                 const sigset_t *mask, pid_t *child) {
  sigset_t all, own;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &own);
  volatile int failure = 0;
  // vfork and not fork, so that no copy of a secret is made; not posix_spawn, which cannot set a signal
  // to be ignored or a limit.
  pid_t started = vfork();
  if (started == 0) {
    failure = become(program, arguments, variables, mask);
    _exit(127);
  }
  if (started < 0) failure = errno;
  pthread_sigmask(SIG_SETMASK, &own, NULL);
  if (started > 0 && failure) waitpid(started, NULL, 0);
  *child = started;
  return failure;
}

int vault_start(const char *program, char *const *arguments, char *const *variables,
                const sigset_t *mask, pid_t *child) {
  int failure = start(program, arguments, variables, mask, child);
  if (failure != ENOEXEC) return failure;
  // A script without a first line: as shells and execvp(3) do it.
  size_t count = 0;
  while (arguments[count]) count++;
  const char **words = calloc(count + 2, sizeof *words);
  if (!words) return ENOMEM;
  words[0] = "/bin/sh";
  words[1] = program;
  for (size_t index = 1; index < count; index++) words[index + 1] = arguments[index];
  failure = start(words[0], (char *const *)words, variables, mask, child);
  free(words);
  return failure;
}
