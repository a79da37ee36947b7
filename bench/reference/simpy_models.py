"""The models of models.cpp in SimPy, as its documentation writes them.

`python simpy_models.py mm1 CUSTOMERS` (or mm4, chain) prints customers or hops a second, and the mean time in the
system in ms, as one line of JSON.
"""

import json
import random
import sys
import time

import simpy


class Latency:
    def __init__(self):
        self.count = 0
        self.sum_ms = 0.0

    def record(self, ms):
        self.count += 1
        self.sum_ms += ms


def exponential(mean_ms):
    return random.expovariate(1 / mean_ms)


def play(env, gap_ms, customers, customer):
    def arrivals():
        for _ in range(customers):
            yield env.timeout(exponential(gap_ms))
            env.process(customer())

    env.process(arrivals())
    env.run()


def mm1(customers):
    env = simpy.Environment()
    server = simpy.Resource(env, capacity=1)
    latency = Latency()

    def customer():
        arrived = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(exponential(10))
        latency.record(env.now - arrived)

    play(env, 12.5, customers, customer)
    return customers, latency


def mm4(customers):
    env = simpy.Environment()
    server = simpy.Resource(env, capacity=4)
    latency = Latency()

    def served():
        with server.request() as turn:
            yield turn
            yield env.timeout(exponential(10))

    def customer():
        arrived = env.now
        answer = env.process(served())
        yield answer | env.timeout(1000)
        if answer.triggered:
            latency.record(env.now - arrived)

    play(env, 3.125, customers, customer)
    return customers, latency


def chain(requests):
    env = simpy.Environment()
    tiers = [simpy.Resource(env, capacity=4) for _ in range(4)]
    latency = Latency()
    hops = 0

    def work(tier):
        nonlocal hops
        hops += 1
        with tiers[tier].request() as turn:
            yield turn
            yield env.timeout(exponential(5))
            if tier + 1 < len(tiers):
                for _ in range(2):
                    answer = env.process(work(tier + 1))
                    yield answer | env.timeout(1000)
                    if answer.triggered:
                        break

    def customer():
        arrived = env.now
        yield env.process(work(0))
        latency.record(env.now - arrived)

    play(env, 1000 / 150, requests, customer)
    return hops, latency


def main():
    model, size = sys.argv[1], int(sys.argv[2])
    random.seed(1)
    start = time.perf_counter()
    things, latency = {"mm1": mm1, "mm4": mm4, "chain": chain}[model](size)
    seconds = time.perf_counter() - start
    print(json.dumps({"perSecond": round(things / seconds), "meanMs": latency.sum_ms / latency.count}))


main()
