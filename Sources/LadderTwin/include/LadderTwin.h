#ifndef PERP_LADDER_TWIN_H
#define PERP_LADDER_TWIN_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One operation of the benchmark's stream, 16 bytes. kind: 0 add, 1 cancel by id, 2 immediate-or-cancel.
typedef struct {
  uint8_t kind;
  uint8_t side;
  uint16_t padding;
  int32_t price;
  uint32_t quantity;
  uint32_t id;
} LadderOperation;

/// What both books must agree on after the stream.
typedef struct {
  uint64_t trades;
  uint64_t volume;
  uint64_t checksum;
} LadderStatistics;

/// Runs the operations through a C++ ladder of 2^18 ticks and returns what it traded. `seconds` is thread CPU time of
/// the operations alone. Prices lie in 0 ..< 2^18 and ids in 0 ..< count.
LadderStatistics ladder_twin_run(const LadderOperation *operations, size_t count, double *seconds);

#ifdef __cplusplus
}
#endif
#endif
