"""The models of models.cpp in Happy Simulator, as its documentation writes them: M/M/1 from its own components, the others
with its resources and futures, for its servers neither call one another nor answer when they are done.

`python happy_models.py mm1 CUSTOMERS` (or mm4, chain) prints customers or hops a second, and the mean time in the system
in ms, as one line of JSON.
"""

import json
import random
import sys
import time

import numpy
from happysimulator import Entity, Event, Instant, Resource, Server, SimFuture, Simulation, Sink, Source, any_of
from happysimulator.distributions import ExponentialLatency

TIMEOUT_SECONDS = 1


def play(rate, requests, target, entities):
    end = Instant.from_seconds(requests / rate)
    Simulation(sources=[Source.poisson(rate=rate, target=target)], entities=entities, end_time=end).run()


def mm1(customers):
    sink = Sink()
    server = Server("server", service_time=ExponentialLatency(0.01), downstream=sink)
    play(80, customers, server, [server, sink])
    return sink.events_received, 1000 * sink.average_latency()


class Timer(Entity):
    """Resolves the future that it is sent."""

    def handle_event(self, event):
        event.context["future"].resolve(False)


class Station(Entity):
    """Some servers; each is held during the service and the call to the next station."""

    def __init__(self, name, servers, mean_seconds, timer, following=None):
        super().__init__(name)
        self.servers = Resource(f"{name}'s servers", capacity=servers)
        self.mean_seconds = mean_seconds
        self.timer = timer
        self.following = following
        self.hops = 0

    def handle_event(self, event):
        self.hops += 1
        grant = yield self.servers.acquire()
        yield random.expovariate(1 / self.mean_seconds)
        if self.following is not None:
            for _ in range(2):
                if (yield from call(self, self.following, self.timer)):
                    break
        grant.release()
        event.context["future"].resolve(True)


class Users(Entity):
    """Call the first station at each arrival."""

    def __init__(self, first, timer):
        super().__init__("users")
        self.first = first
        self.timer = timer
        self.seconds = []

    def handle_event(self, event):
        arrived = self.now
        if (yield from call(self, self.first, self.timer)):
            self.seconds.append((self.now - arrived).to_seconds())


def call(caller, station, timer):
    """True when it was answered in time."""
    answer, timeout = SimFuture(), SimFuture()
    send = [
        Event(time=caller.now, event_type="call", target=station, context={"future": answer}),
        Event(time=caller.now + TIMEOUT_SECONDS, event_type="timeout", target=timer, context={"future": timeout}),
    ]
    yield 0.0, send
    first, _ = yield any_of(answer, timeout)
    return first == 0


def stations(rate, requests, count, servers, mean_seconds):
    timer = Timer("timer")
    made = []
    for number in range(count):
        made.append(Station(f"station {number}", servers, mean_seconds, timer, made[-1] if made else None))
    users = Users(made[-1], timer)
    play(rate, requests, users, [users, timer, *made, *(station.servers for station in made)])
    return sum(station.hops for station in made), 1000 * sum(users.seconds) / len(users.seconds)


def mm4(customers):
    return stations(320, customers, 1, 4, 0.01)


def chain(requests):
    return stations(150, requests, 4, 4, 0.005)


def main():
    model, size = sys.argv[1], int(sys.argv[2])
    random.seed(1)
    numpy.random.seed(1)
    start = time.perf_counter()
    things, mean_ms = {"mm1": mm1, "mm4": mm4, "chain": chain}[model](size)
    seconds = time.perf_counter() - start
    print(json.dumps({"perSecond": round(things / seconds), "meanMs": mean_ms}))


main()
