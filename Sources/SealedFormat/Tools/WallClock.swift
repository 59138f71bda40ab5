internal import Glibc

/// The time of day, in seconds since 1970; never negative.
package enum WallClock {
  package static var now: Int64 { max(0, Int64(time(nil))) }
}
