"""The private PostgreSQL of a benchmark, and what it and the programs that use it spend."""

import json
import os
import statistics
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
SESSION = "postgres: riftsync "  # how the title of a session's process begins, with the role of the private server


class Server:
    """The server of RIFTSYNC_TEST_DATABASE_URL, which nobody else uses."""

    def __init__(self, program):
        self.admin = os.environ["RIFTSYNC_TEST_DATABASE_URL"]
        self.program = program
        self.execute("ALTER SYSTEM SET autovacuum = off")
        self.execute("SELECT pg_reload_conf()")
        worker = self.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")[0][0]
        self.pid = int(self.stat(worker)[1])
        self.execute("CREATE DATABASE migrated")
        self.call("migrate", self.url("migrated"))

    def url(self, database):
        return self.admin.replace("/postgres?", f"/{database}?")

    def call(self, *arguments):
        return subprocess.run([self.program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout

    def query(self, sql, database="postgres"):
        """The rows of a query as lists of texts; NULL is empty."""
        command = ["psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1"]
        result = subprocess.run(
            [*command, "-d", self.url(database), "-f", "-"],
            input=f"SET client_min_messages = warning;\n{sql};",
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return [row.split("\x1f") for row in result.stdout.rstrip("\n").split("\x1e") if row]

    def execute(self, sql, database="postgres"):
        self.query(sql, database)

    def make(self, database):
        """A new, empty database with the schema."""
        self.execute(f"DROP DATABASE IF EXISTS {database}")
        self.execute(f"CREATE DATABASE {database} TEMPLATE migrated")
        self.execute("CHECKPOINT")

    # What it spends

    @staticmethod
    def stat(pid):
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()

    def children(self):
        """The server's processes: what /proc says of each, and its title."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                fields = self.stat(pid)
                if int(fields[1]) == self.pid:
                    with open(f"/proc/{pid}/cmdline") as file:
                        yield fields, file.read()
            except OSError:
                continue

    def seconds(self):
        """CPU of the server and all its processes, those included that have ended; waits for sessions to end first."""
        for _ in range(500):
            children = list(self.children())
            if not any(fields[0] == "Z" or words.startswith(SESSION) for fields, words in children):
                ticks = sum(map(int, self.stat(self.pid)[11:15]))
                return (ticks + sum(int(field) for fields, _ in children for field in fields[11:13])) / TICK
            time.sleep(0.01)
        raise SystemExit("somebody stays connected to the benchmark's server")

    def load(self, database, command):
        """Runs a program that loads bodies into a new database; its figures, and what it and the server spent."""
        self.make(database)
        before = self.seconds()
        process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True)
        figures = json.loads(process.stdout.read() or "null")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{command[0]} ended with {process.returncode}")
        figures["client"] = usage.ru_utime + usage.ru_stime
        figures["server"] = self.seconds() - before
        sql = f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{database}'"
        figures["commits"] = int(self.query(sql)[0][0])
        return figures


def median(figures, name):
    return statistics.median(figure[name] for figure in figures)
