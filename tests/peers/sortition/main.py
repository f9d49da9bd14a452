"""Runs sortition-algorithms (PyPI) on a pool: main.py NAME POOL.csv QUOTAS.csv SEATS prints a line of JSON."""
import csv
import json
import math
import random
import sys
import time

from sortition_algorithms import Settings, read_in_features, read_in_people
from sortition_algorithms.committee_generation.leximin import find_distribution_leximin


def table(path):
    with open(path, encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames), list(reader)


def quota_table(path):
    """The first two columns are feature and value, whatever their names."""
    head, rows = table(path)
    names = dict(zip(head, ["feature", "value", *head[2:]]))
    return list(names.values()), [{names[key]: value for key, value in row.items()} for row in rows]


def run(name, pool, quotas, seats):
    random.seed(1)
    features, feature_column, _ = read_in_features(*quota_table(quotas), number_to_select=seats)
    head, rows = table(pool)
    for number, row in enumerate(rows):
        row["row"] = str(number)
    settings = Settings(id_column="row", columns_to_keep=[])
    people, _ = read_in_people(["row", *head], rows, features, settings, feature_column)
    wall, cpu = time.perf_counter(), time.process_time()
    committees, weights, _ = find_distribution_leximin(features, people, seats, [])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    chance = dict.fromkeys(people, 0.0)
    for committee, weight in zip(committees, weights):
        for person in committee:
            chance[person] += weight
    chances = sorted(chance.values())
    n, total = len(chances), sum(chances)
    gini = sum((2 * rank - n - 1) * one for rank, one in enumerate(chances, 1)) / (n * total)
    mean = math.exp(sum(math.log(one) for one in chances) / n) if chances[0] > 0 else 0.0
    figures = {"case": name, "persons": n, "min": chances[0], "max": chances[-1], "gini": gini, "geometric_mean": mean}
    figures = {key: value if isinstance(value, (int, str)) else float(value) for key, value in figures.items()}
    figures |= {"committees": sum(bool(weight > 1e-9) for weight in weights), "seconds": cpu, "wall": wall}
    print(json.dumps(figures), flush=True)


run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
