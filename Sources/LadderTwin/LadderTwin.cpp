// The peer of the matching benchmark: the same ladder in C++, compiled by the same toolchain and run in the same
// process, so that `perp bench` can print a ratio instead of an absolute speed.
#include "LadderTwin.h"

#include <ctime>
#include <vector>

namespace {

constexpr uint32_t none = ~0u;
constexpr int tickCount = 1 << 18;

struct Slot {
  int32_t price;
  uint32_t quantity, next, previous, id, side;
};

struct Level {
  uint32_t head = none, tail = none;
  uint64_t quantity = 0;
};

/// Which of 2^18 ticks hold orders: three levels of 64-way bitmaps.
struct Bitmap {
  std::vector<uint64_t> low = std::vector<uint64_t>(4096), middle = std::vector<uint64_t>(64);
  uint64_t top = 0;

  void set(int tick) {
    low[tick >> 6] |= 1ull << (tick & 63);
    middle[tick >> 12] |= 1ull << ((tick >> 6) & 63);
    top |= 1ull << (tick >> 12);
  }
  void clear(int tick) {
    if ((low[tick >> 6] &= ~(1ull << (tick & 63)))) return;
    if ((middle[tick >> 12] &= ~(1ull << ((tick >> 6) & 63)))) return;
    top &= ~(1ull << (tick >> 12));
  }
  int lowest() const {
    if (!top) return -1;
    int a = __builtin_ctzll(top), b = (a << 6) | __builtin_ctzll(middle[a]);
    return (b << 6) | __builtin_ctzll(low[b]);
  }
  int highest() const {
    if (!top) return -1;
    int a = 63 - __builtin_clzll(top), b = (a << 6) | (63 - __builtin_clzll(middle[a]));
    return (b << 6) | (63 - __builtin_clzll(low[b]));
  }
};

struct Book {
  std::vector<Slot> slots;
  std::vector<Level> levels = std::vector<Level>(tickCount);
  std::vector<uint32_t> slotOf;
  Bitmap bids, asks;
  uint32_t free = none;
  LadderStatistics statistics{0, 0, 0};

  explicit Book(size_t ids) : slotOf(ids, none) { slots.reserve(1 << 19); }

  void fill(const Slot &maker, uint32_t quantity) {
    statistics.trades++;
    statistics.volume += quantity;
    uint64_t word = (uint64_t)maker.id * 0x9E3779B97F4A7C15ull + quantity + (uint64_t)(uint32_t)maker.price;
    statistics.checksum = (statistics.checksum ^ word) * 0x100000001B3ull;
  }

  void unlink(uint32_t index) {
    Slot order = slots[index];
    Level &level = levels[order.price];
    if (order.previous == none) level.head = order.next; else slots[order.previous].next = order.next;
    if (order.next == none) level.tail = order.previous; else slots[order.next].previous = order.previous;
    if (level.head == none) (order.side ? asks : bids).clear(order.price);
    slotOf[order.id] = none;
    slots[index].next = free;
    free = index;
  }

  uint32_t match(bool isBuy, int32_t limit, uint32_t quantity) {
    while (quantity > 0) {
      int best = isBuy ? asks.lowest() : bids.highest();
      if (best < 0 || (isBuy ? best > limit : best < limit)) break;
      uint32_t index = levels[best].head;
      while (index != none && quantity > 0) {
        Slot maker = slots[index];
        uint32_t filled = maker.quantity > quantity ? quantity : maker.quantity;
        levels[best].quantity -= filled;
        fill(maker, filled);
        quantity -= filled;
        if (filled == maker.quantity) unlink(index); else slots[index].quantity -= filled;
        index = maker.next;
      }
    }
    return quantity;
  }

  void rest(const LadderOperation &operation, uint32_t quantity) {
    uint32_t index = free;
    if (index == none) {
      index = (uint32_t)slots.size();
      slots.push_back({});
    } else {
      free = slots[index].next;
    }
    Level &level = levels[operation.price];
    slots[index] = {operation.price, quantity, none, level.tail, operation.id, operation.side};
    if (level.tail == none) {
      level.head = index;
      (operation.side ? asks : bids).set(operation.price);
    } else {
      slots[level.tail].next = index;
    }
    level.tail = index;
    level.quantity += quantity;
    slotOf[operation.id] = index;
  }

  void apply(const LadderOperation &operation) {
    if (operation.kind == 1) {
      uint32_t index = slotOf[operation.id];
      if (index == none) return;
      levels[slots[index].price].quantity -= slots[index].quantity;
      unlink(index);
      return;
    }
    uint32_t left = match(operation.side == 0, operation.price, operation.quantity);
    if (operation.kind == 0 && left > 0) rest(operation, left);
  }
};

double threadSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

}  // namespace

LadderStatistics ladder_twin_run(const LadderOperation *operations, size_t count, double *seconds) {
  Book book(count + 1);
  double start = threadSeconds();
  for (size_t index = 0; index < count; index++) book.apply(operations[index]);
  *seconds = threadSeconds() - start;
  return book.statistics;
}
