#include "CLinux.h"

void vault_forget_registers(void) {
#if defined(__x86_64__)
  // Without AVX-512 the compiler uses none of 16 to 31, so only the C library can have left something
  // there, and nobody misses it.
  if (__builtin_cpu_supports("avx512f")) {
    __asm__ volatile(
        ".irp number, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
        "vpxorq %%zmm\\number, %%zmm\\number, %%zmm\\number\n"
        ".endr\n" ::
            : "memory");
  }
  if (__builtin_cpu_supports("avx")) {
    __asm__ volatile("vzeroall" ::
                         : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                           "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  } else {
    __asm__ volatile(
        ".irp number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
        "pxor %%xmm\\number, %%xmm\\number\n"
        ".endr\n" ::
            : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
              "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
  }
#endif
}
