"""How much of the quota was used, as the simulator has judged it.

Usage: quota_figures.py measure URL SECONDS MATCHES   waits until the span is over and prints its figures as JSON;
                                                      MATCHES is how many there are to be fetched
       quota_figures.py table NAME…                   prints the figures in the files of these names side by side
"""

import json
import os
import sys
import time
import urllib.request

ROUTE = "americas"
START_PATIENCE = 120


def get(url, page):
    with urllib.request.urlopen(f"{url}/_sim/{page}", timeout=30) as answer:
        return json.load(answer)


def windows(use):
    """The windows of the one key at the one route that the scenarios use."""
    return [window for route in use["routes"] if route["route"] == ROUTE for window in route["windows"]]


def wait_for_opening(url):
    """The simulator's time now, and when an application window opened first."""
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        use = get(url, "use")
        openings = [window["openedAt"] for window in windows(use) if window.get("method") is None]
        if openings:
            return use["now"], min(openings)
        time.sleep(0.2)
    sys.exit(f"quota: no request has reached {ROUTE} in {START_PATIENCE} s")


def processor_ticks():
    """Ticks of all processors: idle ones, and all of them."""
    with open("/proc/stat") as file:
        ticks = [int(field) for field in file.readline().split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def measure(url, seconds, matches):
    now, opened = wait_for_opening(url)
    idle_before, ticks_before = processor_ticks()
    end = opened + 1000 * seconds
    time.sleep(max(0, end - now) / 1000)
    while (use := get(url, f"use?until_ms={end}"))["now"] < end:
        time.sleep(0.01)
    idle, ticks = processor_ticks()
    stats = get(url, "stats")
    violations = get(url, "violations")["byReason"]
    binding = max(windows(use), key=lambda window: window["share"])
    if stats["matches"]["distinct"] >= matches:
        sys.exit("quota: the work has run out before the time; the use says nothing")
    requests = stats["requests"]
    refused = stats["applicationViolations"] + stats["methodViolations"]
    second = stats["secondProgram"]
    return {
        "binding window": f"{binding.get('method', 'application')} {binding['limit']}:{binding['seconds']}",
        "accepted": binding["accepted"],
        "accepted, second program": binding["acceptedOfSecondProgram"],
        "allowed": binding["allowed"],
        "use of the quota": f"{100 * binding['share']:.2f} %",
        "requests that have ended": requests,
        "429s, application": stats["applicationViolations"],
        "429s, method": stats["methodViolations"],
        "refused of our requests": f"{100 * refused / requests:.3f} %",
        "429s, second program": second["refused"],
        "arrived while blocked": stats["arrivedWhileBlocked"],
        "of these sent after the 429": stats["sentWhileBlocked"],
        "refused for the key": violations.get("key", 0),
        "answers lost": stats["faults"].get("lost", 0),
        "connections per 1,000": f"{1000 * stats['connections'] / requests:.1f}",
        "idle time of the machine": f"{100 * (idle - idle_before) / (ticks - ticks_before):.0f} %",
    }


def table(names):
    columns = {}
    for name in names:
        if os.path.exists(name) and os.path.getsize(name) > 0:
            with open(name) as file:
                columns[name] = json.load(file)
    if not columns:
        return
    print(" " * 28 + "".join(f"{name:>20}" for name in columns))
    for figure in next(iter(columns.values())):
        print(f"{figure:28}" + "".join(f"{column[figure]!s:>20}" for column in columns.values()))


def main(arguments):
    if arguments[0] == "measure":
        print(json.dumps(measure(arguments[1], int(arguments[2]), int(arguments[3]))))
    else:
        table(arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
