internal import Glibc

/// The memory of a process that stands still; only root may read that of a program which forbids it.
package struct ProcessMemory {
  /// What was found, and where.
  package struct Finding: CustomStringConvertible {
    package let spelling: String
    package let mapping: String
    package let offset: Int
    package var description: String { "\(spelling) in \(mapping) at offset \(offset)" }
  }

  private let pid: Int32
  private let mappings: [(name: String, start: UInt64, end: UInt64)]

  /// Reads what is mapped where.
  package init(of pid: Int32) throws {
    self.pid = pid
    let text = String(decoding: try readProcFile("/proc/\(pid)/maps"), as: UTF8.self)
    mappings = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ", maxSplits: 5)
      let ends = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      // The kernel's own pages, which cannot be read from outside.
      let isKernels = line.contains("[vvar") || line.hasSuffix("[vsyscall]")
      guard ends.count == 2, fields[1].hasPrefix("r"), !isKernels else { return nil }
      let name = fields.count > 5 ? fields[5].drop { $0 == " " } : "anonymous"
      return ("\(name) \(fields[0]) \(fields[1])", ends[0], ends[1])
    }
  }

  /// How many bytes can be read.
  package var count: UInt64 { mappings.reduce(0) { $0 + $1.end - $1.start } }

  /// Where one of the spellings stands.
  ///
  /// - Throws: Where a readable mapping cannot be read: it would be a place that nobody searched.
  package func find(_ spellings: [Spelling]) throws -> [Finding] {
    let memory = unsafe open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { throw TestFailure("cannot read the memory of \(pid): \(errno)") }
    defer { close(memory) }
    var findings: [Finding] = []
    for mapping in mappings {
      var bytes = [UInt8](repeating: 0, count: Int(mapping.end - mapping.start))
      let size = bytes.count
      var done = 0
      while done < size {
        let got = unsafe bytes.withUnsafeMutableBytes { buffer in
          unsafe pread(
            memory, buffer.baseAddress.map { unsafe $0 + done }, size - done,
            off_t(mapping.start) + off_t(done))
        }
        guard got > 0 else { throw TestFailure("cannot read \(mapping.name): \(errno)") }
        done += got
      }
      for spelling in spellings {
        guard let offset = try offset(of: spelling.bytes, in: bytes) else { continue }
        findings.append(
          Finding(spelling: spelling.name, mapping: mapping.name, offset: offset))
      }
    }
    return findings
  }
}

/// Reads a file of /proc, which has no length and cannot be read at an offset of one's choice.
package func readProcFile(_ path: String) throws -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw TestFailure("cannot open \(path): \(errno)") }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe read(descriptor, &block, block.count)
    guard count >= 0 else { throw TestFailure("cannot read \(path): \(errno)") }
    guard count > 0 else { return bytes }
    bytes += block[..<count]
  }
}
