"""Rounds of the benchmark of storage: our loader and the plain program in turn, into databases of their own.

Usage: rounds.py SCRATCH STORAGE-BENCHMARK PLAIN BODIES BATCH ROUNDS
"""

import json
import os
import sys

import bodies
import equality
import measuring

GOAL = 1.5


class Benchmark:
    def __init__(self, scratch, program, plain, count, batch, rounds):
        self.server = measuring.Server(program)
        self.scratch, self.program, self.plain = scratch, program, plain
        self.batch, self.rounds = batch, rounds
        self.pairs = max(count // 2, 1)
        self.figures = {"ours": [], "plain": []}

    def load(self, side, directory):
        if side == "ours":  # so many at a time that batches of both kinds can be full
            command = [self.program, "load", self.server.url(side), directory, 4 * self.batch]
        else:
            command = [self.plain, self.server.url(side), directory, self.batch]
        return self.server.load(side, command)

    def compare(self, directory, what):
        for side in self.figures:
            self.load(side, directory)
        return equality.report(self.server, *self.figures, what)

    def run(self):
        recorded = bodies.samples()
        is_equal = self.compare(recorded, "all recorded bodies as they are") if recorded else True
        corpus = bodies.Corpus(self.program, self.pairs)
        directory = f"{self.scratch}/bodies"
        corpus.write(directory, self.pairs)
        print(f"{2 * self.pairs} bodies: {corpus.source}")
        decoding = []
        for number in range(self.rounds):
            for side in sorted(self.figures, reverse=number % 2 == 1):
                self.figures[side].append(self.load(side, directory))
            decoding.append(json.loads(self.server.call("decode", directory)))
        is_equal = equality.report(self.server, *self.figures, "those that were timed") and is_equal
        for figure, alone in zip(self.figures["ours"], decoding):
            figure["decoding"] = alone["decoding"]
        self.print_table()
        return is_equal

    def print_table(self):
        for figures in self.figures.values():
            for figure in figures:
                figure["sum"] = figure["client"] + figure["server"]
                figure["rate"] = figure["bodies"] / figure["seconds"]
                figure["each"] = figure["bodies"] / figure["commits"]
        print(f"{'medians of ' + str(self.rounds) + ' rounds':44}{'ours':>9}{'plain':>9}{'ratio':>8}")
        per_pair = 1000 / self.pairs
        self.print_row("CPU ms per match + timeline: client", "client", per_pair)
        self.print_row("  of it inflating and decoding", "decoding", per_pair)
        self.print_row("CPU ms per match + timeline: PostgreSQL", "server", per_pair)
        self.print_row("CPU ms per match + timeline: sum", "sum", per_pair)
        self.print_row("bodies per second", "rate")
        self.print_row("transactions", "commits")
        self.print_row("bodies per transaction", "each")
        ratios = sorted(ours["sum"] / plain["sum"] for ours, plain in zip(*self.figures.values()))
        print(f"sum ours / plain, round by round: {', '.join(f'{ratio:.2f}' for ratio in ratios)} (goal {GOAL} or less)")
        print(f"the machine has {os.cpu_count()} cores, its load is {os.getloadavg()[0]:.1f}, this benchmark included")

    def print_row(self, title, name, factor=1.0):
        ours, plain = (factor * measuring.median(figures, name) for figures in self.figures.values())
        print(f"{title:44}{ours:9.2f}{plain:9.2f}{ours / plain:8.2f}")


if __name__ == "__main__":
    benchmark = Benchmark(*sys.argv[1:4], *map(int, sys.argv[4:7]))
    sys.exit(0 if benchmark.run() else 1)
