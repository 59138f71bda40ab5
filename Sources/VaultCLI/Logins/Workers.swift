import Glibc
import Synchronization

/// Several threads that work off jobs, of which some add further jobs.
///
/// Threads and not tasks: a job waits for the network inside libcurl, and the pool for tasks has only as
/// many threads as there are processors.
final class Workers: Sendable {
  typealias Job = @Sendable (Workers) -> Void

  private struct State {
    var waiting: [Job] = []
    /// How many jobs have been taken and not finished.
    var running = 0
  }

  private let state = Mutex(State())
  private let change = Change()

  /// Works off jobs, and returns when none is left.
  ///
  /// - Parameters:
  ///   - jobs: The first jobs; each may `add` more.
  ///   - limit: The most that run at the same time.
  static func run(_ jobs: [Job], atMost limit: Int) {
    let workers = Workers()
    for job in jobs { workers.add(job) }
    let threads = (1..<max(limit, 1)).compactMap { _ -> pthread_t? in
      var thread = pthread_t()
      let started = unsafe pthread_create(
        &thread, nil,
        { context in
          guard let context = unsafe context else { return nil }
          unsafe Unmanaged<Workers>.fromOpaque(context).takeRetainedValue().work()
          return nil
        }, Unmanaged.passRetained(workers).toOpaque())
      guard started == 0 else {
        unsafe Unmanaged.passUnretained(workers).release()
        return nil  // then there are fewer; this thread works too
      }
      return thread
    }
    workers.work()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Adds a job to those that wait.
  func add(_ job: @escaping Job) {
    state.withLock { $0.waiting.append(job) }
    change.tell()
  }

  private func work() {
    while true {
      let seen = change.count
      let (job, isOver) = state.withLock { state -> (Job?, Bool) in
        if state.waiting.isEmpty { return (nil, state.running == 0) }
        state.running += 1
        return (state.waiting.removeFirst(), false)
      }
      guard let job else {
        if isOver { return }
        change.wait(after: seen)
        continue
      }
      job(self)
      state.withLock { $0.running -= 1 }
      change.tell()
    }
  }
}

/// Something that changed, for threads to wait for.
@safe
private final class Change: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var number = 0

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// How many changes there were.
  var count: Int { locked { number } }

  func tell() {
    locked {
      number += 1
      unsafe pthread_cond_broadcast(condition)
    }
  }

  func wait(after seen: Int) {
    locked { while number == seen { unsafe pthread_cond_wait(condition, mutex) } }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }
}
