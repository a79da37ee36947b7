// The models of bench/scenarios in C++, with a 4-ary heap: what a simulation costs that does nothing but these models.
//
//     g++ -std=c++17 -O3 -march=native -o models models.cpp
//     ./models hold 1000 2000000 | mm1 CUSTOMERS | mm4 CUSTOMERS | chain REQUESTS
//
// Prints one line of JSON: events, customers or hops a second, and the mean time in the system in ms.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>

#include "heap.hpp"

namespace {

// xoshiro256**: Blackman and Vigna, 2018.
class Random {
 public:
  double uniform() {
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return (static_cast<double>(result >> 11) + 0.5) * 0x1.0p-53;
  }
  double exponential(double mean) { return -mean * std::log(uniform()); }

 private:
  uint64_t s[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0x2545f4914f6cdd1d};
  static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }
};

// Count, sum and a histogram of 512 buckets an octave: what a quantile needs.
class Latency {
 public:
  uint64_t count = 0;
  double sumMs = 0;
  void record(double ms) {
    uint64_t bits;
    std::memcpy(&bits, &ms, sizeof bits);
    const int64_t bucket = static_cast<int64_t>(bits >> 43) - (int64_t{1023 - 14} << 9);
    buckets[bucket < 0 ? 0 : bucket < SIZE ? bucket : SIZE - 1]++;
    count++;
    sumMs += ms;
  }
  double meanMs() const { return sumMs / static_cast<double>(count); }

 private:
  static constexpr int64_t SIZE = 46 << 9;
  uint64_t buckets[SIZE] = {};
};

struct Result {
  double things;
  double meanMs;
};

Result hold(uint32_t pending, uint64_t events) {
  Heap heap;
  Random random;
  heap.reserve(pending);
  for (uint32_t i = 0; i < pending; i++) heap.schedule(i, random.uniform() * pending);
  for (uint64_t i = 0; i < events; i++) {
    const uint32_t event = heap.next();
    heap.schedule(event, heap.nowMs + 2 * pending * random.uniform());
  }
  return {static_cast<double>(events), 0};
}

Result mm1(uint64_t customers) {
  constexpr uint32_t ARRIVAL = 0, DEPARTURE = 1;
  constexpr double GAP_MS = 12.5, SERVICE_MS = 10;
  Heap heap;
  Random random;
  Latency latency;
  std::deque<double> line;  // when each arrived, the one in service first
  heap.reserve(2);
  heap.schedule(ARRIVAL, random.exponential(GAP_MS));
  while (latency.count < customers) {
    if (heap.next() == ARRIVAL) {
      line.push_back(heap.nowMs);
      heap.schedule(ARRIVAL, heap.nowMs + random.exponential(GAP_MS));
    } else {
      latency.record(heap.nowMs - line.front());
      line.pop_front();
    }
    if (!line.empty() && !heap.isScheduled(DEPARTURE))
      heap.schedule(DEPARTURE, heap.nowMs + random.exponential(SERVICE_MS));
  }
  return {static_cast<double>(customers), latency.meanMs()};
}

// Each customer arms a timeout when it arrives and takes it back when it is served; who has timed out is served all the
// same, and counts for nothing.
Result mm4(uint64_t customers) {
  constexpr uint32_t ARRIVAL = 0, WORKERS = 4;
  constexpr double GAP_MS = 3.125, SERVICE_MS = 10, TIMEOUT_MS = 1000;
  Heap heap;
  Random random;
  Latency latency;
  uint64_t timeouts = 0;
  uint32_t busy = 0;
  std::vector<double> arrivedMs;  // by customer's record
  std::vector<uint32_t> idle;
  std::deque<uint32_t> line;
  heap.reserve(1);
  const auto departure = [](uint32_t record) { return 1 + 2 * record; };
  const auto timeout = [](uint32_t record) { return 2 + 2 * record; };
  const auto serve = [&](uint32_t record) {
    heap.schedule(departure(record), heap.nowMs + random.exponential(SERVICE_MS));
  };
  heap.schedule(ARRIVAL, random.exponential(GAP_MS));
  while (latency.count + timeouts < customers) {
    const uint32_t event = heap.next();
    if (event == ARRIVAL) {
      if (idle.empty()) {
        idle.push_back(static_cast<uint32_t>(arrivedMs.size()));
        arrivedMs.push_back(0);
        heap.reserve(3 + 2 * idle.back());
      }
      const uint32_t record = idle.back();
      idle.pop_back();
      arrivedMs[record] = heap.nowMs;
      heap.schedule(timeout(record), heap.nowMs + TIMEOUT_MS);
      if (busy < WORKERS) {
        busy++;
        serve(record);
      } else
        line.push_back(record);
      heap.schedule(ARRIVAL, heap.nowMs + random.exponential(GAP_MS));
      continue;
    }
    const uint32_t record = (event - 1) / 2;
    if (event == timeout(record)) {
      timeouts++;
      continue;
    }
    if (heap.isScheduled(timeout(record))) {
      heap.cancel(timeout(record));
      latency.record(heap.nowMs - arrivedMs[record]);
    }
    idle.push_back(record);
    if (line.empty())
      busy--;
    else {
      serve(line.front());
      line.pop_front();
    }
  }
  return {static_cast<double>(customers), latency.meanMs()};
}

// Four tiers of one pod with four workers each. A worker computes, calls the tier below and waits for the answer, with a
// timeout and one more try; what was given up on is worked on to its end.
class Chain {
 public:
  Result run(uint64_t requests) {
    heap.reserve(1);
    heap.schedule(ARRIVAL, random.exponential(GAP_MS));
    while (latency.count < requests) {
      const uint32_t event = heap.next();
      if (event == ARRIVAL) {
        send(0, NOBODY);
        heap.schedule(ARRIVAL, heap.nowMs + random.exponential(GAP_MS));
      } else if ((event & 1) == 1)
        computed((event - 1) / 2);
      else
        timedOut((event - 2) / 2);
    }
    return {static_cast<double>(hops), latency.meanMs()};
  }

 private:
  static constexpr uint32_t ARRIVAL = 0, TIERS = 4, WORKERS = 4, NOBODY = UINT32_MAX;
  static constexpr double GAP_MS = 1000.0 / 150, SERVICE_MS = 5, TIMEOUT_MS = 1000;
  struct Hop {
    uint32_t tier, caller, below, triesLeft;
    double startMs;
  };
  Heap heap;
  Random random;
  Latency latency;
  uint64_t hops = 0;
  uint32_t busy[TIERS] = {};
  std::deque<uint32_t> line[TIERS];
  std::vector<Hop> all;
  std::vector<uint32_t> idle;

  static uint32_t work(uint32_t hop) { return 1 + 2 * hop; }
  static uint32_t timeout(uint32_t hop) { return 2 + 2 * hop; }

  uint32_t send(uint32_t tier, uint32_t caller) {
    if (idle.empty()) {
      idle.push_back(static_cast<uint32_t>(all.size()));
      all.push_back({});
      heap.reserve(3 + 2 * idle.back());
    }
    const uint32_t hop = idle.back();
    idle.pop_back();
    all[hop] = {tier, caller, NOBODY, 2, heap.nowMs};
    hops++;
    if (busy[tier] < WORKERS) {
      busy[tier]++;
      start(hop);
    } else
      line[tier].push_back(hop);
    return hop;
  }

  void start(uint32_t hop) { heap.schedule(work(hop), heap.nowMs + random.exponential(SERVICE_MS)); }

  void computed(uint32_t hop) {
    if (all[hop].tier + 1 < TIERS)
      call(hop);
    else
      answer(hop);
  }

  void call(uint32_t hop) {
    all[hop].triesLeft--;
    heap.schedule(timeout(hop), heap.nowMs + TIMEOUT_MS);
    const uint32_t below = send(all[hop].tier + 1, hop);
    all[hop].below = below;
  }

  void timedOut(uint32_t hop) {
    all[all[hop].below].caller = NOBODY;
    if (all[hop].triesLeft > 0)
      call(hop);
    else
      answer(hop);
  }

  void answer(uint32_t hop) {
    const Hop done = all[hop];
    idle.push_back(hop);
    if (line[done.tier].empty())
      busy[done.tier]--;
    else {
      start(line[done.tier].front());
      line[done.tier].pop_front();
    }
    if (done.tier == 0)
      latency.record(heap.nowMs - done.startMs);
    else if (done.caller != NOBODY) {
      heap.cancel(timeout(done.caller));
      answer(done.caller);
    }
  }
};

}  // namespace

int main(int count, char** words) {
  if (count < 3) return std::fprintf(stderr, "usage: models hold PENDING EVENTS | mm1 N | mm4 N | chain N\n"), 2;
  const char* model = words[1];
  const uint64_t size = std::strtoull(words[count - 1], nullptr, 10);
  const auto start = std::chrono::steady_clock::now();
  Result result{};
  if (std::strcmp(model, "hold") == 0)
    result = hold(static_cast<uint32_t>(std::strtoul(words[2], nullptr, 10)), size);
  else if (std::strcmp(model, "mm1") == 0)
    result = mm1(size);
  else if (std::strcmp(model, "mm4") == 0)
    result = mm4(size);
  else if (std::strcmp(model, "chain") == 0)
    result = Chain().run(size);
  else
    return std::fprintf(stderr, "no model '%s'\n", model), 2;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("{\"perSecond\": %.0f, \"meanMs\": %.4f}\n", result.things / seconds.count(), result.meanMs);
}
