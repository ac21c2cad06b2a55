"""Rounds of the limiter's benchmark against the Redis of RIFTSYNC_TEST_REDIS_URL; prints the tables.

Usage: rounds.py DIRECTORY PROGRAMS ROUNDS SECONDS

DIRECTORY is empty, PROGRAMS holds limiter-benchmark and riot-simulator, SECONDS is the length of one measurement.
"""

import json
import os
import re
import subprocess
import sys
import time

from figures import Child, Redis, Table, load

WIDE = "1000000:600,9000000:3600"
SHORT = 20  # seconds of the window that ends while a round goes on
WAITING = 10_000
QUESTIONS = {
    "ping": "PING, the floor",
    "settle": "permit and answer",
    "return": "permit given back",
    "refused": "refused, 100 of 100 used",
}
TABLE = [
    ("p50 µs", 1, min), ("p99 µs", 1, min), ("a second", 0, max), ("Redis CPU µs", 1, min), ("in scripts µs", 1, min),
    ("asker's CPU µs", 1, min),
]
MEMORY = [
    ("resident B each", 0, min), ("anonymous B each", 0, min), ("MB before", 1, min), ("MB with them", 1, min),
    ("MB afterwards", 1, min), ("questions a second", 1, min), ("ms to cancel all", 0, min),
]


class Benchmark:
    def __init__(self, directory, programs, rounds, seconds):
        self.directory, self.programs, self.rounds, self.seconds = directory, programs, rounds, seconds
        self.program = f"{programs}/limiter-benchmark"
        self.redis = Redis(os.environ["RIFTSYNC_TEST_REDIS_URL"])
        self.scenes = {}
        self.table = Table("one permit", TABLE)
        self.memory = Table(f"{WAITING:,} waiting requests", MEMORY)
        self.loads = []

    # Scenes: a prefix of Redis each, with limits and permits that were taken before.

    def scene(self, name, limits, kind="answered", permits=1):
        scene = (self.redis.url, f"{name}:", f"{self.directory}/{name}", limits)
        Child(self.program, "fill", *scene, kind, permits).end()
        self.scenes[name] = scene

    def prepare(self):
        self.scene("wide", WIDE)
        self.scene("full", "100:600,9000000:3600", permits=100)
        self.scene("used-30000", "60000:600,9000000:3600", permits=30_000)
        self.scene("full-30000", "30000:600,9000000:3600", permits=30_000)
        self.scene("loose-full-30000", "30000:600,9000000:3600", "unheard", 30_000)
        for count in (100, 1000, 10_000, 30_000):
            self.scene(f"loose-{count}", WIDE, "unheard", count)

    # One measurement

    def ask(self, scene, question, askers, processes=1, seconds=None):
        seconds = self.seconds if seconds is None else seconds
        children = [
            Child(self.program, "ask", *self.scenes[scene], question, askers, seconds) for _ in range(processes)
        ]
        for child in children:
            child.word()
        before = self.redis.spent()
        for child in children:
            child.go_on()
        results = [json.loads(child.word()) for child in children]
        cpu, _, scripts = (after - earlier for after, earlier in zip(self.redis.spent(), before))
        for child in children:
            child.end()
        count = sum(result["count"] for result in results)
        return (
            max(result["p50"] for result in results),
            max(result["p99"] for result in results),
            sum(result["count"] / result["seconds"] for result in results),
            cpu / count,
            scripts / count,
            1e6 * sum(result["cpu"] for result in results) / count,
        )

    def measure(self, row, *arguments, **options):
        self.loads.append(load())
        self.table.add(row, *self.ask(*arguments, **options))

    def round(self, number):
        for name in ("unheard", "counted"):
            self.scene(f"{name}-{number}", f"30000:{SHORT},{WIDE}", "unheard", 10_000)
            if name == "counted":  # Riot tells that it has counted all of them
                self.ask(f"{name}-{number}", "settle", 1, seconds=0)
        over = time.monotonic() + SHORT + 0.5
        for askers, processes in ((1, 1), (16, 1), (64, 1), (16, 4)):
            for question, words in QUESTIONS.items():
                where = f"{askers} askers" if askers > 1 else "1 asker"
                where = f"{processes} processes, {where} each" if processes > 1 else where
                scene = "full" if question == "refused" else "wide"
                self.measure(f"{words}; {where}", scene, question, askers, processes)
        for count in (100, 1000, 10_000, 30_000):
            self.measure(f"permit and answer; {count:,} loose", f"loose-{count}", "settle", 1)
        self.measure("permit and answer; 30,000 of 60,000:600 used", "used-30000", "settle", 1)
        self.measure("refused; 30,000:600 full", "full-30000", "refused", 1)
        self.measure("refused; 30,000:600 full, all of it loose", "loose-full-30000", "refused", 1)
        time.sleep(max(0, over - time.monotonic()))
        for name, words in (("unheard", "not heard of"), ("counted", "that Riot has counted")):
            self.measure(f"the first after a window with 10,000 {words}", f"{name}-{number}", "settle", 1, seconds=0)

    # Memory

    def waiting(self, row, child, count_questions=True):
        child.word()
        before = child.memory()
        child.go_on()
        child.word()
        time.sleep(1)
        questions = self.redis.spent()[1]
        time.sleep(4)
        questions = (self.redis.spent()[1] - questions) / 4 if count_questions else 0
        during = child.memory()
        child.go_on()
        cancelled = json.loads(child.word())["seconds"]
        after = child.memory()
        child.go_on()
        child.end()
        each = [(with_them - without) / WAITING for with_them, without in zip(during, before)]
        sizes = [memory[1] / 1e6 for memory in (before, during, after)]
        self.memory.add(row, *each, *sizes, questions, 1000 * cancelled)

    def memory_round(self, number):
        self.waiting("tasks that sleep, the floor", Child(self.program, "sleep", WAITING), False)
        for lines in (1, 16):
            simulator, url = self.simulator(f"{number}-{lines}")
            prefix = f"waiting-{number}-{lines}:"
            try:
                child = Child(self.program, "wait", self.redis.url, prefix, f"{url}/{{route}}", WAITING, lines)
                self.waiting(f"in {lines} line{'s' if lines > 1 else ''}", child)
            finally:
                simulator.terminate()
                simulator.wait()

    def simulator(self, name):
        path = f"{self.directory}/simulator-{name}.log"
        command = [f"{self.programs}/riot-simulator", "--port", "0", "--app-limit", "1:600"]
        with open(path, "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(300):
            with open(path) as log:
                found = re.search(r"figures at (\S+)/_sim/stats", log.read())
            if found:
                return process, found[1]
            time.sleep(0.1)
        process.kill()
        raise SystemExit("the simulator does not say where it listens")

    def run(self):
        self.prepare()
        for number in range(self.rounds):
            self.round(number)
        for number in range(self.rounds):
            self.memory_round(number)
        self.table.print()
        self.memory.print()
        print(
            f"{self.rounds} rounds of {self.seconds} s each; the machine has {os.cpu_count()} cores, its load was "
            f"{min(self.loads):.1f} to {max(self.loads):.1f}, this benchmark included"
        )


if __name__ == "__main__":
    Benchmark(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])).run()
