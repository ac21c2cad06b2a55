"""Rounds of the transport benchmark, one client after the other, against one server.

Usage: rounds.py DIRECTORY ENGINE REQUESTS ROUNDS CONNECTIONS

DIRECTORY holds the programs server, flood and loop, and the file body.gz. Wall time and CPU are those of the client's
process, start and end included, from wait4(2).
"""

import os
import subprocess
import sys
import time

HEADERS = ("X-Riot-Token: RGAPI-benchmark", "Accept-Encoding: gzip", "Accept: application/json")


def run(command):
    """Wall seconds and CPU seconds of one process."""
    began = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed")
    return wall, usage.ru_utime + usage.ru_stime


def curl_configuration(path, url, requests):
    with open(path, "w") as file:
        for _ in range(requests):
            file.write(f'url = "{url}"\noutput = "/dev/null"\n')


def answer_size(url):
    command = ["curl", "-s", "-o", "/dev/null", "--raw", "-H", HEADERS[1], "-w", "%{size_header} %{size_download}", url]
    header, body = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(header) + int(body)


def spread(values, width, decimals):
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return "".join(f"{value:{width}.{decimals}f}" for value in (ordered[0], middle, ordered[-1])), middle


def main(directory, engine, requests, rounds, connections):
    server = subprocess.Popen(
        [f"{directory}/server", f"{directory}/body.gz"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    port = server.stdout.readline().strip()
    url = f"http://127.0.0.1:{port}/na1/lol/match/v5/matches/NA1_1"
    size = answer_size(url)
    curl_configuration(f"{directory}/urls", url, requests)
    curl = ["curl", "--no-progress-meter", "--http1.1", "--parallel", "--parallel-immediate", "--parallel-max", str(connections)]
    for header in HEADERS:
        curl += ["-H", header]
    clients = {
        "server's limit": [f"{directory}/flood", port, str(requests), str(connections), str(size)],
        "engine": [engine, url, str(requests), str(connections)],
        "libcurl loop in C": [f"{directory}/loop", url, str(requests), str(connections)],
        "curl --parallel": curl + ["-A", "riftsync", "-K", f"{directory}/urls"],
    }
    figures = {name: [] for name in clients}
    for _ in range(rounds):
        for name, command in clients.items():
            figures[name].append(run(command))
    server_cpu = float(server.communicate("")[0])
    print(f"{requests} requests, {connections} connections, {size} bytes an answer, {rounds} rounds")
    print(f"{'':20}{'requests a second':>30}{'CPU µs a request':>27}")
    print(f"{'':20}{'min':>10}{'median':>10}{'max':>10}{'min':>9}{'median':>9}{'max':>9}")
    rates = {}
    for name, results in figures.items():
        rate, rates[name] = spread([requests / wall for wall, _ in results], 10, 0)
        cpu, _ = spread([1e6 * used / requests for _, used in results], 9, 1)
        print(f"{name:20}{rate}{cpu}")
    total = requests * rounds * len(clients)
    print(f"the server: {1e6 * server_cpu / total:.1f} µs of CPU a request")
    best = max(rate for name, rate in rates.items() if name != "server's limit")
    if best > 0.8 * rates["server's limit"]:
        print("The fastest client is within 20 % of the server's limit: read the CPU, not the rate.")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
