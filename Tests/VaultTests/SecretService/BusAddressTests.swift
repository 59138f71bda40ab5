import Testing

@testable import SealedFormat
@testable import Vault

/// Where a session bus is said to listen.
struct BusAddressTests {
  @Test(arguments: [
    ("unix:path=/run/user/1000/bus", [("/run/user/1000/bus", false)]),
    ("unix:abstract=/tmp/dbus-x,guid=00", [("/tmp/dbus-x", true)]),
    ("unix:guid=00,path=/a%20b", [("/a b", false)]),
    ("tcp:host=h,port=1;unix:path=/b", [("/b", false)]),
    ("unix:path=/a;unix:path=/b", [("/a", false), ("/b", false)]),
  ])
  func `the address of a session bus is parsed`(_ text: String, _ sockets: [(String, Bool)]) {
    #expect(
      BusAddress(text)?.sockets
        == sockets.map { LocalSocket(name: Array($0.0.utf8), isAbstract: $0.1) })
  }

  @Test(arguments: [
    "", "unix:", "unix:path=", "unix:path=%4", "unixexec:path=/bin/sh", "autolaunch:",
  ])
  func `a bus address that names no socket of this machine is refused`(_ text: String) {
    #expect(BusAddress(text) == nil)
  }
}
