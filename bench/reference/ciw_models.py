"""The queues of models.cpp in Ciw, as its documentation writes them. A station that calls the next one while it holds its
server, as in the chain, is nothing that Ciw has.

`python ciw_models.py mm1 CUSTOMERS` (or mm4) prints customers a second, and the mean time in the system in ms, as one
line of JSON. Of mm4, a customer who has waited for a second reneges: Ciw has no timeout of a service under way.
"""

import json
import sys
import time

import ciw


def mm1():
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=0.08)],
        service_distributions=[ciw.dists.Exponential(rate=0.1)],
        number_of_servers=[1],
    )


def mm4():
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=0.32)],
        service_distributions=[ciw.dists.Exponential(rate=0.1)],
        reneging_time_distributions=[ciw.dists.Deterministic(value=1000)],
        number_of_servers=[4],
    )


def main():
    network, customers = {"mm1": mm1, "mm4": mm4}[sys.argv[1]](), int(sys.argv[2])
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    start = time.perf_counter()
    simulation.simulate_until_max_customers(customers, method="Finish")
    seconds = time.perf_counter() - start
    times = [seen.service_end_date - seen.arrival_date for seen in simulation.get_all_records(only=["service"])]
    print(json.dumps({"perSecond": round(customers / seconds), "meanMs": sum(times) / len(times)}))


main()
