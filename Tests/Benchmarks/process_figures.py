"""CPU seconds and memory of the processes that `riftctl status --json` lists.

Usage: process_figures.py STATUS.json                               prints one JSON object, for comparing with later
       process_figures.py STATUS.json IDLE MATCHES BEGAN ENDED      prints a table of what has been spent since
"""

import json
import os
import sys

TICK = os.sysconf("SC_CLK_TCK")
SERVICES = ("gateway", "orchestrator", "match-worker", "timeline-worker", "beat")


def stat(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


def cpu_seconds(pid, with_children):
    fields = stat(pid)
    ticks = int(fields[11]) + int(fields[12])
    if with_children:  # a server that forks: those that have ended, and those that run
        ticks += int(fields[13]) + int(fields[14])
        for other in filter(str.isdigit, os.listdir("/proc")):
            try:
                fields = stat(other)
            except OSError:
                continue
            if int(fields[1]) == pid:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def memory(pid):
    figures = {}
    for path in ("status", "smaps_rollup"):
        with open(f"/proc/{pid}/{path}") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in ("VmRSS", "RssAnon", "Pss"):
                    figures[name] = int(rest.split()[0])
    return figures


def figures(status):
    return {
        process["instance"]: {"cpu": cpu_seconds(process["pid"], process["name"] == "postgres"), **memory(process["pid"])}
        for process in status["processes"]
    }


def table(before, now, matches, seconds):
    print(f"{'process':18}{'CPU s':>8}{'ms/match':>10}{'idle RSS kB':>13}{'idle anon kB':>14}{'RSS after kB':>14}")
    total = services = 0.0
    for name, after in now.items():
        spent = after["cpu"] - before[name]["cpu"]
        if name in SERVICES:
            services += spent
        if name in SERVICES or name == "postgres":
            total += spent
        print(
            f"{name:18}{spent:8.2f}{1000 * spent / matches:10.2f}{before[name]['VmRSS']:13}"
            f"{before[name]['RssAnon']:14}{after['VmRSS']:14}"
        )
    print(f"services {1000 * services / matches:.2f} ms, with PostgreSQL {1000 * total / matches:.2f} ms of CPU a match")
    print(f"{matches} matches with timelines in {seconds:.1f} s: {matches / seconds:.1f} a second")


def main(arguments):
    with open(arguments[0]) as file:
        now = figures(json.load(file))
    if len(arguments) == 1:
        print(json.dumps(now))
        return
    with open(arguments[1]) as file:
        before = json.load(file)
    table(before, now, int(arguments[2]), float(arguments[4]) - float(arguments[3]))


if __name__ == "__main__":
    main(sys.argv[1:])
