"""Asks cvc5's finite-field solver every question of a folder.

A line of JSON a question on stdout; ends with 1 if an answer is not the one the
question expects. Each has a bounded time of its own.
"""
import json
import pathlib
import re
import sys
import time

import cvc5

LIMIT_MS = 120_000


def ask(text):
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    solver.setOption("ff-solver", "split")
    solver.setOption("tlimit-per", str(LIMIT_MS))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
    symbols = parser.getSymbolManager()
    answer = ""
    while True:
        command = parser.nextCommand()
        if command.isNull():
            return answer.strip()
        answer += command.invoke(solver, symbols)


def main():
    wrong = 0
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.smt2"))
    if not files:
        sys.exit("no question in " + sys.argv[1])
    for file in files:
        text = file.read_text()
        expected = re.search(r":status (\w+)", text)[1]
        began = time.monotonic()
        answer = ask(text)
        wrong += answer != expected
        line = {
            "gadget": file.stem,
            "expected": expected,
            "answer": answer,
            "seconds": round(time.monotonic() - began, 2),
        }
        print(json.dumps(line), flush=True)
    sys.exit(1 if wrong else 0)


main()
