"""Starts two syncs, asks for their status every second, and compares each eta_seconds with what came."""
import json
import statistics
import sys
import time
import urllib.request

BASE = sys.argv[1]
PATIENCE = 3600


def call(path, body=None):
    request = urllib.request.Request(BASE + path, data=body and json.dumps(body).encode())
    if body:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def start(name, tag, platform):
    body = {"game_name": name, "tag_line": tag, "platform": platform, "year": 2025}
    return call("/api/summoners/sync-data/", body)["task_id"]


def follow(tasks):
    seen = {name: [] for name in tasks}
    ends = {}
    began = time.monotonic()
    while len(ends) < len(tasks) and time.monotonic() - began < PATIENCE:
        for name, task in tasks.items():
            if name in ends:
                continue
            status = call(f"/api/summoners/task-status/?task_id={task}")
            now = time.monotonic() - began
            if status["status"] in ("SUCCESS", "FAILURE"):
                ends[name] = (now, status["status"])
            else:
                seen[name].append((now, status.get("eta_seconds"), status.get("waiting_for")))
        time.sleep(1)
    return seen, ends


def report(name, readings, end, state):
    print(f"{name}: {state} after {end:.0f} s")
    told = [(now, eta) for now, eta, _ in readings if eta is not None]
    if told:
        errors = sorted(abs(now + eta - end) for now, eta in told)
        shares = sorted(abs(now + eta - end) / max(1, end - now) for now, eta in told if end - now > 5)
        print(f"  eta told in {len(told)} of {len(readings)} answers; off by {statistics.median(errors):.1f} s (median), "
              f"{errors[int(len(errors) * 0.9)]:.1f} s (90 of 100), {errors[-1]:.1f} s (most)")
        print(f"  as a share of the time that was left: {100 * statistics.median(shares):.1f} % (median), "
              f"{100 * shares[int(len(shares) * 0.9)]:.1f} % (90 of 100)")
        for part in (0.1, 0.25, 0.5, 0.75, 0.9):
            now, eta = min(told, key=lambda reading: abs(reading[0] - part * end))
            print(f"  at {now:6.1f} s: {eta:5d} s left were told, {end - now:6.1f} s came")
    waits = {}
    for _, _, reason in readings:
        waits[reason or "nothing"] = waits.get(reason or "nothing", 0) + 1
    print("  waited for: " + ", ".join(f"{reason} in {count} answers" for reason, count in sorted(waits.items())))


names = {"large": start("Large", "NA1", "na1"), "small": start("Small", "BR1", "br1")}
readings, ends = follow(names)
for name in names:
    end, state = ends.get(name, (PATIENCE, "not over"))
    report(name, readings[name], end, state)
