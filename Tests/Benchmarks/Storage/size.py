"""Bytes per table and per match with its timeline, loaded through Storage.

Usage: size.py SCRATCH STORAGE-BENCHMARK COPIES

What the first load takes is left out (first pages of tables and indexes): a figure is what one more match and timeline
takes. Tables are vacuumed before they are measured.
"""

import sys

import bodies
import measuring

GOAL = 160_000
SHOWN_TABLES, SHOWN_COLUMNS = 5, 12

SIZES = """
SELECT c.relname, pg_table_size(c.oid) - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0),
    pg_indexes_size(c.oid), coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0), pg_total_relation_size(c.oid)
FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""
COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = '{}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
DATABASE = "size"


class Size:
    def __init__(self, scratch, program, copies):
        self.server = measuring.Server(program)
        self.scratch, self.program, self.copies = scratch, program, copies
        recorded = bodies.samples()
        self.step = len(bodies.complete(recorded)) if recorded else 25
        self.corpus = bodies.Corpus(program, self.step * (copies + 1))

    def load(self, count):
        directory = f"{self.scratch}/bodies-{self.corpus.written}"
        self.corpus.write(directory, count)
        self.server.call("load", self.server.url(DATABASE), directory, 8)
        self.server.execute("VACUUM ANALYZE", DATABASE)
        return {table: list(map(int, sizes)) for table, *sizes in self.server.query(SIZES, DATABASE)}

    def run(self):
        self.server.make(DATABASE)
        before = self.load(self.step)
        count = self.step * self.copies
        after = self.load(count)
        each = {
            table: [(late - early) / count for late, early in zip(sizes, before[table])]
            for table, sizes in after.items()
        }
        each = dict(sorted(((table, sizes) for table, sizes in each.items() if sizes[3]), key=lambda row: -row[1][3]))
        total = [sum(column) for column in zip(*each.values())]
        print(self.corpus.source)
        print(f"{'bytes per match + timeline':28}{'heap':>10}{'indexes':>10}{'TOAST':>10}{'all':>10}{'share':>8}{'bytes in all':>15}")
        for table, sizes in each.items():
            self.print_row(table, sizes, total[3], after[table][3])
        self.print_row("all", total, total[3], sum(sizes[3] for sizes in after.values()))
        for table in list(each)[:SHOWN_TABLES]:
            self.print_columns(table, self.step * (self.copies + 1))
        print(f"\n{total[3] / 1000:.1f} kB per match + timeline; the goal for recorded ones is {GOAL / 1000:.0f} or less")
        return total[3] <= GOAL or not self.corpus.folder

    @staticmethod
    def print_row(title, sizes, total, everything):
        print(f"{title:28}" + "".join(f"{size:10,.0f}" for size in sizes) + f"{sizes[3] / total:8.1%}{everything:15,}")

    def print_columns(self, table, count):
        """Bytes of the largest columns as they are stored, compressed ones as compressed."""
        columns = [row[0] for row in self.server.query(COLUMNS.format(table), DATABASE)]
        sums = ", ".join(f"coalesce(sum(pg_column_size({column})), 0)" for column in columns)
        values = self.server.query(f"SELECT {sums} FROM {table}", DATABASE)[0]
        sizes = sorted(((int(value) / count, column) for value, column in zip(values, columns)), reverse=True)
        total = sum(size for size, _ in sizes)
        print(f"\n{table + ', bytes of columns':42}{'each':>10}{'share':>8}")
        for size, column in sizes[:SHOWN_COLUMNS]:
            print(f"  {column:40}{size:10,.0f}{size / total:8.1%}")
        rest = sizes[SHOWN_COLUMNS:]
        if rest:
            title = f"{len(rest)} others"
            print(f"  {title:40}{sum(size for size, _ in rest):10,.0f}{sum(size for size, _ in rest) / total:8.1%}")


if __name__ == "__main__":
    sys.exit(0 if Size(sys.argv[1], sys.argv[2], int(sys.argv[3])).run() else 1)
