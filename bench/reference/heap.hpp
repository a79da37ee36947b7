// A 4-ary heap of events that knows where each of them stands, so that one can be moved or taken out. An event is a
// small integer; of equal times the one scheduled first comes first.
#pragma once
#include <cstdint>
#include <vector>

class Heap {
 public:
  double nowMs = 0;

  void reserve(uint32_t events) {
    if (events > position.size()) position.resize(events, NOWHERE);
  }

  bool isScheduled(uint32_t event) const { return position[event] != NOWHERE; }

  void schedule(uint32_t event, double dueMs) {
    const Entry entry{dueMs, turns++, event};
    uint32_t at = position[event];
    if (at == NOWHERE) {
      at = static_cast<uint32_t>(entries.size());
      entries.push_back(entry);
    }
    settle(at, entry);
  }

  void cancel(uint32_t event) {
    const uint32_t at = position[event];
    if (at == NOWHERE) return;
    position[event] = NOWHERE;
    const Entry last = entries.back();
    entries.pop_back();
    if (at < entries.size()) settle(at, last);
  }

  // Moves the clock to the next event, which is no longer scheduled then.
  uint32_t next() {
    const Entry first = entries[0];
    nowMs = first.dueMs;
    position[first.event] = NOWHERE;
    const Entry last = entries.back();
    entries.pop_back();
    if (!entries.empty()) siftDown(0, last);
    return first.event;
  }

 private:
  static constexpr uint32_t NOWHERE = UINT32_MAX;
  struct Entry {
    double dueMs;
    uint64_t turn;
    uint32_t event;
    bool operator<(const Entry& other) const {
      return dueMs < other.dueMs || (dueMs == other.dueMs && turn < other.turn);
    }
  };
  std::vector<Entry> entries;
  std::vector<uint32_t> position;  // by event
  uint64_t turns = 0;

  void put(uint32_t at, const Entry& entry) {
    entries[at] = entry;
    position[entry.event] = at;
  }

  void settle(uint32_t at, const Entry& entry) {
    if (at > 0 && entry < entries[(at - 1) >> 2])
      siftUp(at, entry);
    else
      siftDown(at, entry);
  }

  void siftUp(uint32_t at, const Entry entry) {
    while (at > 0) {
      const uint32_t parent = (at - 1) >> 2;
      if (!(entry < entries[parent])) break;
      put(at, entries[parent]);
      at = parent;
    }
    put(at, entry);
  }

  void siftDown(uint32_t at, const Entry entry) {
    const uint32_t size = static_cast<uint32_t>(entries.size());
    for (;;) {
      const uint32_t first = 4 * at + 1;
      if (first >= size) break;
      uint32_t least = first;
      const uint32_t end = first + 4 < size ? first + 4 : size;
      for (uint32_t child = first + 1; child < end; child++)
        if (entries[child] < entries[least]) least = child;
      if (!(entries[least] < entry)) break;
      put(at, entries[least]);
      at = least;
    }
    put(at, entry);
  }
};
