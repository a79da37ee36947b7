/**
 * The models of models.cpp in plain JavaScript over typed arrays: what the language costs. `node models.mjs mm1 CUSTOMERS`
 * (or mm4, chain) prints customers or hops a second, and the mean time in the system in ms, as one line of JSON.
 */
const NOWHERE = -1;

/** A 4-ary heap of small integers that knows where each stands. Of equal times the one scheduled first comes first. */
class Heap {
  nowMs = 0;
  #dueMs = new Float64Array(1 << 12);
  #turn = new Float64Array(1 << 12);
  #event = new Int32Array(1 << 12);
  #position = new Int32Array((1 << 13) + 1).fill(NOWHERE); // by event
  #size = 0;
  #turns = 0;

  isScheduled(event) {
    return this.#position[event] !== NOWHERE;
  }

  schedule(event, dueMs) {
    const known = this.#position[event];
    const at = known === NOWHERE ? this.#size++ : known;
    this.#put(at, dueMs, this.#turns++, event);
    this.#settle(at);
  }

  cancel(event) {
    const at = this.#position[event];
    if (at === NOWHERE) return;
    this.#position[event] = NOWHERE;
    this.#refill(at);
  }

  next() {
    const event = this.#event[0];
    this.nowMs = this.#dueMs[0];
    this.#position[event] = NOWHERE;
    this.#refill(0);
    return event;
  }

  #refill(at) {
    const last = --this.#size;
    if (at === last) return;
    this.#put(at, this.#dueMs[last], this.#turn[last], this.#event[last]);
    this.#settle(at);
  }

  #put(at, dueMs, turn, event) {
    this.#dueMs[at] = dueMs;
    this.#turn[at] = turn;
    this.#event[at] = event;
    this.#position[event] = at;
  }

  #settle(from) {
    const dueMs = this.#dueMs[from];
    const turn = this.#turn[from];
    const event = this.#event[from];
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (this.#isBefore(parent, dueMs, turn)) break;
      this.#put(at, this.#dueMs[parent], this.#turn[parent], this.#event[parent]);
      at = parent;
    }
    for (let first = 4 * at + 1; first < this.#size; first = 4 * at + 1) {
      let least = first;
      const end = Math.min(first + 4, this.#size);
      for (let child = first + 1; child < end; child++)
        if (this.#isBefore(child, this.#dueMs[least], this.#turn[least])) least = child;
      if (!this.#isBefore(least, dueMs, turn)) break;
      this.#put(at, this.#dueMs[least], this.#turn[least], this.#event[least]);
      at = least;
    }
    this.#put(at, dueMs, turn, event);
  }

  #isBefore(at, dueMs, turn) {
    return this.#dueMs[at] < dueMs || (this.#dueMs[at] === dueMs && this.#turn[at] < turn);
  }
}

/** sfc32 (PractRand). */
const words = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 1]);
function exponential(mean) {
  const t = (words[0] + words[1] + words[3]++) | 0;
  words[0] = words[1] ^ (words[1] >>> 9);
  words[1] = (words[2] + (words[2] << 3)) | 0;
  words[2] = ((words[2] << 21) | (words[2] >>> 11)) + t;
  return -mean * Math.log(((t >>> 0) + 0.5) * 2 ** -32);
}

/** Count, sum and a histogram of 512 buckets an octave. */
class Latency {
  count = 0;
  sumMs = 0;
  #buckets = new Float64Array(46 << 9);
  #float = new Float64Array(1);
  #halves = new Uint32Array(this.#float.buffer);

  record(ms) {
    this.#float[0] = ms;
    const bucket = (this.#halves[1] >>> 11) - ((1023 - 14) << 9);
    this.#buckets[bucket < 0 ? 0 : Math.min(bucket, (46 << 9) - 1)]++;
    this.count++;
    this.sumMs += ms;
  }
}

/** First in, first out, of at most 4096 numbers. */
class Line {
  #items = new Float64Array(1 << 12);
  #first = 0;
  length = 0;

  push(item) {
    this.#items[(this.#first + this.length++) & 0xfff] = item;
  }

  shift() {
    const item = this.#items[this.#first];
    this.#first = (this.#first + 1) & 0xfff;
    this.length--;
    return item;
  }
}

function mm1(customers) {
  const ARRIVAL = 0;
  const DEPARTURE = 1;
  const heap = new Heap();
  const latency = new Latency();
  const line = new Line(); // when each arrived, the one in service first
  heap.schedule(ARRIVAL, exponential(12.5));
  while (latency.count < customers) {
    if (heap.next() === ARRIVAL) {
      line.push(heap.nowMs);
      heap.schedule(ARRIVAL, heap.nowMs + exponential(12.5));
    } else latency.record(heap.nowMs - line.shift());
    if (line.length > 0 && !heap.isScheduled(DEPARTURE)) heap.schedule(DEPARTURE, heap.nowMs + exponential(10));
  }
  return { things: customers, latency };
}

function mm4(customers) {
  const ARRIVAL = 0;
  const heap = new Heap();
  const latency = new Latency();
  const line = new Line();
  const arrivedMs = new Float64Array(1 << 12); // by customer's record
  const idle = Array.from(arrivedMs.keys());
  let timeouts = 0;
  let busy = 0;
  const serve = (record) => heap.schedule(1 + 2 * record, heap.nowMs + exponential(10));
  heap.schedule(ARRIVAL, exponential(3.125));
  while (latency.count + timeouts < customers) {
    const event = heap.next();
    if (event === ARRIVAL) {
      const record = idle.pop();
      arrivedMs[record] = heap.nowMs;
      heap.schedule(2 + 2 * record, heap.nowMs + 1000);
      if (busy < 4) {
        busy++;
        serve(record);
      } else line.push(record);
      heap.schedule(ARRIVAL, heap.nowMs + exponential(3.125));
      continue;
    }
    const record = (event - 1) >> 1;
    const timeout = 2 + 2 * record;
    if (event === timeout) {
      timeouts++;
      continue;
    }
    if (heap.isScheduled(timeout)) {
      heap.cancel(timeout);
      latency.record(heap.nowMs - arrivedMs[record]);
    }
    idle.push(record);
    if (line.length === 0) busy--;
    else serve(line.shift());
  }
  return { things: customers, latency };
}

function chain(requests) {
  const ARRIVAL = 0;
  const TIERS = 4;
  const NOBODY = -1;
  const heap = new Heap();
  const latency = new Latency();
  const lines = Array.from({ length: TIERS }, () => new Line());
  const busy = new Int32Array(TIERS);
  const tierOf = new Int32Array(1 << 12); // this and the next four by hop's record
  const caller = new Int32Array(1 << 12);
  const below = new Int32Array(1 << 12);
  const triesLeft = new Int32Array(1 << 12);
  const startMs = new Float64Array(1 << 12);
  const idle = Array.from(startMs.keys());
  let hops = 0;
  const start = (hop) => heap.schedule(1 + 2 * hop, heap.nowMs + exponential(5));
  const send = (tier, from) => {
    const hop = idle.pop();
    tierOf[hop] = tier;
    caller[hop] = from;
    triesLeft[hop] = 2;
    startMs[hop] = heap.nowMs;
    hops++;
    if (busy[tier] < 4) {
      busy[tier]++;
      start(hop);
    } else lines[tier].push(hop);
    return hop;
  };
  const call = (hop) => {
    triesLeft[hop]--;
    heap.schedule(2 + 2 * hop, heap.nowMs + 1000);
    below[hop] = send(tierOf[hop] + 1, hop);
  };
  const answer = (from) => {
    for (let hop = from; hop !== NOBODY; ) {
      const tier = tierOf[hop];
      const above = caller[hop];
      idle.push(hop);
      if (lines[tier].length === 0) busy[tier]--;
      else start(lines[tier].shift());
      if (tier === 0) latency.record(heap.nowMs - startMs[hop]);
      else if (above !== NOBODY) heap.cancel(2 + 2 * above);
      hop = above;
    }
  };
  heap.schedule(ARRIVAL, exponential(1000 / 150));
  while (latency.count < requests) {
    const event = heap.next();
    const hop = (event - 1) >> 1;
    if (event === ARRIVAL) {
      send(0, NOBODY);
      heap.schedule(ARRIVAL, heap.nowMs + exponential(1000 / 150));
    } else if ((event & 1) === 1) {
      if (tierOf[hop] + 1 < TIERS) call(hop);
      else answer(hop);
    } else {
      caller[below[hop]] = NOBODY;
      if (triesLeft[hop] > 0) call(hop);
      else answer(hop);
    }
  }
  return { things: hops, latency };
}

const models = { mm1, mm4, chain };
const [model, size] = process.argv.slice(2);
models[model](Math.ceil(size / 10)); // until V8 has compiled it
const startMs = performance.now();
const { things, latency } = models[model](Number(size));
const perSecond = Math.round((1000 * things) / (performance.now() - startMs));
console.log(JSON.stringify({ perSecond, meanMs: latency.sumMs / latency.count }));
