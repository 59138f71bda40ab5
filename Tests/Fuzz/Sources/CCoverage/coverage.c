// swiftc marks edges by guards (trace-pc-guard), which libFuzzer of the same toolchain no longer takes;
// it takes counters. The linker is told to call these two in the place of libFuzzer's own, which only
// say so and end.
#include <stdint.h>

void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop);

static uint8_t counters[1 << 18];

void __wrap___sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop) {
  static uint32_t count;
  if (start == stop || *start) return;
  uint32_t first = count;
  for (uint32_t *guard = start; guard < stop && count + 1 < sizeof counters; guard++)
    *guard = ++count;
  __sanitizer_cov_8bit_counters_init(counters + first + 1, counters + count + 1);
}

void __wrap___sanitizer_cov_trace_pc_guard(uint32_t *guard) { counters[*guard]++; }
