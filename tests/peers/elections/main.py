"""What published implementations make of elections, a line of JSON each.

Equal shares: pabutools, exact fractions, add-one completion by 1 for each voter, ties by project number.
Schulze: pref_voting (the whole relation, by winning votes) and py3votecore (the winners), which must agree.

Numbered elections come from a generator that the Rust side has too, so that they are not recorded. Files are real
elections: budgets in Pabulib's format, and ranked votes as a table.
"""
import csv
import hashlib
import importlib.metadata
import json
import pathlib
import platform
import sys

from pabutools.election import (
    ApprovalBallot,
    ApprovalProfile,
    Cardinality_Sat,
    Cost_Sat,
    Instance,
    Project,
    parse_pabulib,
)
from pabutools.rules import method_of_equal_shares
from pref_voting.margin_based_methods import beat_path_defeat
from pref_voting.profiles_with_ties import ProfileWithTies
from py3votecore.schulze_method import SchulzeMethod

MASK = (1 << 64) - 1


class Numbers:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % bound


def numbered_budget(seed):
    numbers = Numbers(seed)
    projects = 2 + numbers.below(9)
    groups = 1 + numbers.below(30)
    budget = 100 + numbers.below(900)
    costs = [1 + numbers.below(budget * 6 // 10) for _ in range(projects)]
    ballots = [(numbers.below(1 << projects), 1 + numbers.below(4)) for _ in range(groups)]
    return costs, budget, ballots


def numbered_ranks(seed):
    numbers = Numbers(seed)
    options = 2 + numbers.below(7)
    groups = 1 + numbers.below(12)
    ballots = []
    for _ in range(groups):
        ranks = [numbers.below(options) for _ in range(options)]
        ballots.append((ranks, 1 + numbers.below(5)))
    return options, ballots


def equal_shares(costs, budget, ballots):
    """Bought projects by both measures of use, as numbers with a bit for each project."""
    projects = [Project(f"{number:03}", cost) for number, cost in enumerate(costs)]
    instance = Instance(projects, budget_limit=budget)
    profile = ApprovalProfile(instance=instance)
    for chosen, count in ballots:
        ballot = [project for number, project in enumerate(projects) if chosen >> number & 1]
        for _ in range(count):
            profile.append(ApprovalBallot(ballot))
    if profile.num_ballots() != sum(count for _, count in ballots):
        raise SystemExit("pabutools lost ballots")
    # voters with one ballot are taken together, which changes no result and saves hours
    profile = profile.as_multiprofile()
    bought = {}
    for name, use in (("cost", Cost_Sat), ("cardinality", Cardinality_Sat)):
        result = method_of_equal_shares(instance, profile, sat_class=use, voter_budget_increment=1)
        bought[name] = sum(1 << int(project.name) for project in result)
    return bought


def schulze(options, ballots):
    """Pairs (a, b), a beats b."""
    profile = ProfileWithTies(
        [dict(enumerate(ranks)) for ranks, _ in ballots],
        rcounts=[count for _, count in ballots],
        candidates=list(range(options)),
    )
    defeat = beat_path_defeat(profile, strength_function=profile.support)
    beats = sorted((int(a), int(b)) for a, b in defeat.edges)
    winners = {a for a in range(options)} - {b for _, b in beats}
    highest = 1 + max(max(ranks) for ranks, _ in ballots)
    theirs = SchulzeMethod(
        [
            {"count": count, "ballot": {str(o): highest - rank for o, rank in enumerate(ranks)}}
            for ranks, count in ballots
        ],
        ballot_notation=SchulzeMethod.BALLOT_NOTATION_RATING,
    ).as_dict()
    other = {int(a) for a in theirs.get("tied_winners", [theirs["winner"]])}
    if winners != other:
        raise SystemExit(f"the peers disagree: pref_voting {sorted(winners)} py3votecore {sorted(other)}: {ballots}")
    return beats


def pabulib(path):
    """Costs, budget, ballots of a file: each voter's set as bits."""
    instance, profile = parse_pabulib(str(path))
    projects = sorted(instance, key=lambda project: project.name)
    place = {project.name: number for number, project in enumerate(projects)}
    scale = 1
    while any((project.cost * scale) % 1 for project in projects) or (instance.budget_limit * scale) % 1:
        scale *= 10
    counts = {}
    for ballot in profile:
        chosen = sum(1 << place[project.name] for project in set(ballot))
        counts[chosen] = counts.get(chosen, 0) + 1
    costs = [int(project.cost * scale) for project in projects]
    return costs, int(instance.budget_limit * scale), sorted(counts.items())


def ranked(path):
    """Ranked votes of a table, a row each: choices in order, by name. The 32 most named take part."""
    with open(path, newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    empty = {"", "undervote", "overvote", "skipped"}
    named = {}
    for row in rows:
        for name in set(row):
            if name.lower() not in empty:
                named[name] = named.get(name, 0) + 1
    names = sorted(sorted(named), key=lambda name: -named[name])[:32]
    place = {name: number for number, name in enumerate(names)}
    counts = {}
    for row in rows:
        ranks = [len(row)] * len(names)
        for rank, name in reversed(list(enumerate(row))):
            if name in place:
                ranks[place[name]] = rank
        key = tuple(ranks)
        counts[key] = counts.get(key, 0) + 1
    return len(names), [(list(ranks), count) for ranks, count in sorted(counts.items())]


def real(path):
    """An election from a file with what the peers make of it."""
    name = path.name
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    if path.suffix == ".pb":
        costs, budget, ballots = pabulib(path)
        ours = {"costs": [str(c) for c in costs], "budget": str(budget), "sets": [[str(s), n] for s, n in ballots]}
        bought = {use: str(bits) for use, bits in equal_shares(costs, budget, ballots).items()}
        return {"name": name, "sha256": sha, "bought": bought, "input": ours}
    options, ballots = ranked(path)
    return {"name": name, "sha256": sha, "beats": schulze(options, ballots), "input": {"options": options, "ranks": ballots}}


def main(count, files):
    packages = ("pabutools", "pref_voting", "python3-vote-core")
    versions = {package: importlib.metadata.version(package) for package in packages}
    print(json.dumps({"versions": versions | {"python": platform.python_version()}}))
    for seed in range(1, count + 1):
        bought = equal_shares(*numbered_budget(seed))
        options, ballots = numbered_ranks(seed)
        beats = sum(1 << (options * a + b) for a, b in schulze(options, ballots))
        print(json.dumps({"seed": seed, "bought": [bought["cost"], bought["cardinality"]], "beats": f"{beats:x}"}))
    for path in files:
        print(f"{path.name}", file=sys.stderr)
        print(json.dumps(real(path)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), [pathlib.Path(arg) for arg in sys.argv[2:]])
