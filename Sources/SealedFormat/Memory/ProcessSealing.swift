internal import CLinux
internal import Glibc

/// Closes the ways by which a crash or a debugger could carry a secret out of this process: no core
/// dump, not readable by the same user's other processes, no crash reporter that prints registers.
///
/// Also has a limit of file sizes reported instead of ending the program. Called first thing in `main`.
/// What the system refuses is left as it is: the program still works.
package func sealProcess() {
  for number in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT] {
    _ = signal(number, SIG_DFL)
  }
  signal(SIGXFSZ, SIG_IGN)  // a limit of file sizes is then an error like any other, and is said
  // Not the hard limit, which a process that `exec` starts could not raise again.
  let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
  var limit = rlimit()
  if unsafe getrlimit(core, &limit) == 0 {
    limit.rlim_cur = 0
    _ = unsafe setrlimit(core, &limit)
  }
  _ = vault_forbid_dumps()
}
