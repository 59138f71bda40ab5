// What any credential helper has to do at the least: read a key and a sealed file, open it, print it.
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static size_t load(const char *path, unsigned char *bytes, size_t size) {
  FILE *file = fopen(path, "rb");
  size_t count = file ? fread(bytes, 1, size, file) : 0;
  if (file) fclose(file);
  return count;
}

int main(int argc, char **argv) {
  unsigned char key[32], sealed[8192], plain[8192], nonce[24] = {0};
  char server[4096];
  unsigned long long count = 0;
  if (argc < 3 || sodium_init() < 0) return 1;
  if (strcmp(argv[1], "seal") == 0) {
    const char *text = "{\"ServerURL\":\"r\",\"Username\":\"u\",\"Secret\":\"secret of 0\"}\n";
    randombytes_buf(key, sizeof key);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed, &count, (const unsigned char *)text, strlen(text), NULL, 0, NULL, nonce, key);
    FILE *file = fopen(argv[2], "wb");
    fwrite(key, 1, sizeof key, file);
    fwrite(sealed, 1, count, file);
    return fclose(file);
  }
  if (!fread(server, 1, sizeof server, stdin)) return 1;
  size_t size = load(argv[2], sealed, sizeof sealed);
  if (size < 32 || crypto_aead_xchacha20poly1305_ietf_decrypt(
                       plain, &count, NULL, sealed + 32, size - 32, NULL, 0, nonce, sealed))
    return 1;
  fwrite(plain, 1, count, stdout);
  return 0;
}
