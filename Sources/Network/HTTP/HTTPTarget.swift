/// Where a request goes, and where its connection may lead.
struct HTTPTarget: Hashable, Sendable {
  let address: WebAddress
  let reach: Reach

  init(_ address: WebAddress, _ reach: Reach = .anywhere) {
    self.address = address
    self.reach = reach
  }
}
