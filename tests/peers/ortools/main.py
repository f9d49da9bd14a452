"""Solves DIMACS minimum-cost flows with OR-Tools: one line {"case", "optimum", "seconds", "wall"} a file.

The optimum is null where OR-Tools says that there is no feasible flow. Seconds are CPU time of the solver alone, wall
is what passed meanwhile.
"""
import json
import pathlib
import sys
import time

import numpy
import ortools
from ortools.graph.python import min_cost_flow


def read(path):
    supplies, tails, heads, capacities, costs = None, [], [], [], []
    with open(path) as lines:
        for line in lines:
            words = line.split()
            if words[0] == "p":
                supplies = numpy.zeros(int(words[2]), dtype=numpy.int64)
            elif words[0] == "n":
                supplies[int(words[1]) - 1] = int(words[2])
            elif words[0] == "a":
                tails.append(int(words[1]) - 1)
                heads.append(int(words[2]) - 1)
                capacities.append(int(words[4]))
                costs.append(int(words[5]))
    return supplies, *(numpy.array(part, dtype=numpy.int64) for part in (tails, heads, capacities, costs))


def solve(path):
    supplies, tails, heads, capacities, costs = read(path)
    solver = min_cost_flow.SimpleMinCostFlow()
    if len(tails):
        solver.add_arcs_with_capacity_and_unit_cost(
            tails.astype(numpy.int32), heads.astype(numpy.int32), capacities, costs
        )
    solver.set_nodes_supplies(numpy.arange(len(supplies), dtype=numpy.int32), supplies)
    start, wall = time.process_time(), time.perf_counter()
    status = solver.solve()
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    if status == solver.OPTIMAL:
        # summed here: exact beyond 64 bits
        flows = (int(solver.flow(arc)) * int(costs[arc]) for arc in range(len(tails)))
        return str(sum(flows)), seconds, wall
    if status == solver.INFEASIBLE:
        return None, seconds, wall
    raise SystemExit(f"{path}: status {status}")


print(json.dumps({"versions": {"ortools": ortools.__version__, "python": sys.version.split()[0]}}))
for name in sys.argv[1:]:
    path = pathlib.Path(name)
    files = sorted(path.iterdir(), key=lambda file: int(file.stem)) if path.is_dir() else [path]
    for file in files:
        optimum, seconds, wall = solve(file)
        print(json.dumps({"case": file.stem, "optimum": optimum, "seconds": seconds, "wall": wall}), flush=True)
