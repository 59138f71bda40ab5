// libsodium's calls with `void *` for bytes. Swift has no rule that an `unsigned char *` may alias
// anything, so raw memory cannot be handed to such parameters without rebinding it.
#ifndef VAULT_CSODIUM_H
#define VAULT_CSODIUM_H

#include <sodium.h>

static inline int vault_sodium_aead_seal(void *sealed, const void *plain, size_t plain_length,
                                         const void *associated, size_t associated_length,
                                         const void *nonce, const void *key) {
  return crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain, plain_length, associated,
                                                    associated_length, NULL, nonce, key);
}

static inline int vault_sodium_aead_open(void *plain, const void *sealed, size_t sealed_length,
                                         const void *associated, size_t associated_length,
                                         const void *nonce, const void *key) {
  return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed, sealed_length,
                                                    associated, associated_length, nonce, key);
}

static inline int vault_sodium_hash_start(void *state, const void *key, size_t key_length,
                                          size_t length) {
  return crypto_generichash_init(state, key, key_length, length);
}

static inline int vault_sodium_hash_update(void *state, const void *bytes, size_t length) {
  return crypto_generichash_update(state, bytes, length);
}

static inline int vault_sodium_hash_finish(void *state, void *digest, size_t length) {
  return crypto_generichash_final(state, digest, length);
}

static inline int vault_sodium_sha256(void *digest, const void *bytes, size_t length) {
  return crypto_hash_sha256(digest, bytes, length);
}

static inline int vault_sodium_sha512(void *digest, const void *bytes, size_t length) {
  return crypto_hash_sha512(digest, bytes, length);
}

static inline int vault_sodium_ed25519_verify(const void *signature, const void *message,
                                              size_t length, const void *key) {
  return crypto_sign_verify_detached(signature, message, length, key);
}

static inline int vault_sodium_derive_key(void *derived, size_t length, uint64_t number,
                                          const char *context, const void *key) {
  return crypto_kdf_derive_from_key(derived, length, number, context, key);
}

static inline int vault_sodium_argon2id(void *key, size_t key_length, const void *passphrase,
                                        size_t passphrase_length, const void *salt,
                                        unsigned long long passes, size_t memory) {
  return crypto_pwhash(key, key_length, passphrase, passphrase_length, salt, passes, memory,
                       crypto_pwhash_ALG_ARGON2ID13);
}

// Codecs in constant time. Encoders also write a NUL, for which there must be room; decoders return
// -1 unless the whole text is well-formed.

static inline void vault_sodium_base64_encode(void *text, size_t capacity, const void *bytes,
                                              size_t length, int variant) {
  sodium_bin2base64(text, capacity, bytes, length, variant);
}

static inline int vault_sodium_base64_decode(void *bytes, size_t capacity, size_t *count,
                                             const void *text, size_t length, int variant) {
  return sodium_base642bin(bytes, capacity, text, length, NULL, count, NULL, variant);
}

static inline void vault_sodium_hex_encode(void *text, size_t capacity, const void *bytes,
                                           size_t length) {
  sodium_bin2hex(text, capacity, bytes, length);
}

static inline int vault_sodium_hex_decode(void *bytes, size_t capacity, size_t *count,
                                          const void *text, size_t length) {
  return sodium_hex2bin(bytes, capacity, text, length, NULL, count, NULL);
}

#endif
