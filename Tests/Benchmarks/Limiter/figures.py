"""What the limiter's benchmark measures with: Redis's own figures, a process's memory, and the table."""

import os
import re
import socket
import subprocess


class Redis:
    """The private server, asked for what it has spent."""

    def __init__(self, url):
        self.url = url
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(url.removeprefix("unix://").partition("?")[0])
        self.stream = self.socket.makefile("rb")

    def spent(self):
        """Microseconds of CPU, calls of scripts, and microseconds in them, since the server's start."""
        self.socket.sendall(b"INFO everything\r\n")
        text = self.stream.read(int(self.stream.readline()[1:]) + 2).decode()
        cpu = sum(float(value) for value in re.findall(r"^used_cpu_(?:user|sys):(.*)\r$", text, re.M))
        calls = re.search(r"^cmdstat_evalsha:calls=(\d+),usec=(\d+)", text, re.M)
        return (cpu * 1e6, *(map(int, calls.groups()) if calls else (0, 0)))


class Child:
    """One process of limiter-benchmark, which goes on from word to word."""

    def __init__(self, program, *arguments):
        command = [program, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def word(self):
        line = self.process.stdout.readline().strip()
        if not line:
            raise SystemExit(f"{' '.join(self.process.args)} ended with {self.process.wait()}")
        return line

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit(f"{' '.join(self.process.args)} failed")
        self.process.stdout.close()

    def memory(self):
        """Resident and anonymous memory in bytes."""
        with open(f"/proc/{self.process.pid}/smaps_rollup") as file:
            sizes = dict(re.findall(r"^(\w+): +(\d+) kB", file.read(), re.M))
        return int(sizes["Rss"]) * 1024, int(sizes["Anonymous"]) * 1024


def load():
    return os.getloadavg()[0]


class Table:
    """Rows of figures over several rounds: the best and the median of each column."""

    def __init__(self, title, columns):
        self.title, self.columns, self.rows = title, columns, {}

    def add(self, row, *figures):
        self.rows.setdefault(row, []).append(figures)

    def print(self):
        width = max(map(len, [self.title, *self.rows])) + 2
        print(f"{self.title:{width}}" + "".join(f"{name:>19}" for name, _, _ in self.columns))
        print(" " * width + f"{'best':>10}{'median':>9}" * len(self.columns))
        for row, rounds in self.rows.items():
            line = f"{row:{width}}"
            for (_, decimals, best), values in zip(self.columns, zip(*rounds)):
                ordered = sorted(values)
                for figure, space in ((best(ordered), 10), (ordered[len(ordered) // 2], 9)):
                    line += f"{figure:{space},.{decimals}f}"
            print(line)
        print()
