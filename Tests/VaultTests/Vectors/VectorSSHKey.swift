internal import CSodium
import SealedFormat

/// An SSH key among the vectors, and what it signs.
struct VectorSSHKey: Sendable {
  /// The private key's file, relative to the folder of the vectors.
  let file: String
  /// The public key as SSH encodes it.
  let blob: [UInt8]
  /// The length of a signature.
  let signatureLength: Int
  /// The signature of a message.
  let sign: @Sendable ([UInt8]) -> [UInt8]

  static let all = [ed25519, rsa]

  /// The key of a seed.
  static func ed25519(seed: [UInt8], file: String = "") -> VectorSSHKey {
    var publicKey = [UInt8](repeating: 0, count: 32)
    var secretKey = [UInt8](repeating: 0, count: 64)
    _ = unsafe crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
    return VectorSSHKey(
      file: file, blob: Array("ssh-ed25519".utf8).sshString + publicKey.sshString,
      signatureLength: 64
    ) { [secretKey] message in
      var signature = [UInt8](repeating: 0, count: 64)
      _ = unsafe crypto_sign_detached(
        &signature, nil, message, UInt64(message.count), secretKey)
      return signature
    }
  }

  /// The key in `ssh/ed25519`.
  static let ed25519 = ed25519(
    seed: hexadecimal("a5f840046943d637b7e9d045d83d06a624d2c56f6d03fd000a1d1b559f29f7bf"),
    file: "ssh/ed25519")

  /// The key in `ssh/rsa`, which signs only the slot of the vector `ssh-agent/rsa`: the signature was
  /// recorded from `ssh-keygen -Y sign`, and begins with a zero byte.
  static let rsa = VectorSSHKey(
    file: "ssh/rsa",
    blob: Array("ssh-rsa".utf8).sshString + [1, 0, 1].sshString + ([0] + rsaModulus).sshString,
    signatureLength: 256
  ) { _ in rsaSignature }

  private static let rsaModulus = hexadecimal(
    "baa6aa28d9652798caa581878cbf6db1016eb23f4326d6b9001dcde804245823c80dc948851b"
      + "8ce61896d5af6164c611cd6e29e5beadf67da8dc81a0393bbf2cff4174a87686d7545ceff924"
      + "7d16756ddc1611816c58f025dca389f3bba5d0cb16eaa96a14a9abd8621a1aa46ad17824a10a"
      + "f8a9c6b4b548e3716666603a3a05aa07ac66abc3957aa06703b9b059df07e2ce332e7d7f265a"
      + "0518abf6148bce76bb3f8ab04cdd799105fee055736a90f5c4d685288d03737f3c62e52bac34"
      + "f4aa6d0b075bdf55f7698afbfcc0f175ffc1d2a396d3e6103702cbb2710a116801bfee4bf64c"
      + "3b015ee57b854ccfa3b83dd9e03bfad10e8d5c2cd148be91851cef83")
  static let rsaSignature = hexadecimal(
    "001021f79b07957eff0683f0ce523396fe2661c3d83fd9fe15a233bf5ec632d0c3807ef03348"
      + "cc4a0c3ba9ec8d4a5a709ebfa458e13c6f5b7ad2e50472ddd7f4733aaaa5f9a590c2d5a71c9f"
      + "3b1e37e16551d71f0b8073a818737e3e23a914c044d4413a1a511733cdaf24e9a109f1caeca0"
      + "9c483e0ea0b9862d75b4081ac39a490b0f91f38ff72dadfd86110e99f1833ac1bece79dd611c"
      + "f48862d006a9849c234fc9f671b7aa41b5341c32af0d4e2f0b6454445ef3a96fd1ffaad893f9"
      + "798e3627f8fe08485564877f74b0dc99c9bc5411a6126c6c795ef07972e7de492e284d39eaa8"
      + "a406f6feb9b6a58c2f8192c7127f6e4953df0320b82afe502922fe40")

  private static func hexadecimal(_ text: String) -> [UInt8] { [UInt8](hexadecimal: text) ?? [] }
}
