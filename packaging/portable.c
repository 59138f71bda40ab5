// What this machine's static libraries (the Swift runtime, libstdc++ and libgcc) use of a C library newer
// than the one that release programs are linked against. Linked into those only.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/random.h>

// libstdc++ uses it to leave out atomic operations. 0: there may be more threads.
char __libc_single_threaded;

// libgcc then looks the frame up by dl_iterate_phdr, as it did before glibc 2.35.
int _dl_find_object(void *address, void *result) {
  (void)address, (void)result;
  return -1;
}

void arc4random_buf(void *bytes, size_t length) {
  unsigned char *next = bytes;
  while (length > 0) {
    ssize_t count = getrandom(next, length, 0);
    if (count < 0 && errno != EINTR) abort();
    if (count <= 0) continue;
    next += count;
    length -= (size_t)count;
  }
}

unsigned arc4random(void) {
  unsigned number;
  arc4random_buf(&number, sizeof number);
  return number;
}

// Four functions got a new version in glibc 2.29, which only sets errno in another way.
#define VAULT_OLDER(function)                             \
  double vault_older_##function(double);                  \
  __asm__(".symver vault_older_" #function "," #function "@GLIBC_2.2.5"); \
  double function(double number) { return vault_older_##function(number); }
VAULT_OLDER(exp)
VAULT_OLDER(exp2)
VAULT_OLDER(log)
VAULT_OLDER(log2)
