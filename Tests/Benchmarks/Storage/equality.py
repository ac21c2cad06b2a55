"""Whether two databases hold the same rows, whatever the numbers are that they gave to matches and players."""

# When and by which program a row was made, and a time that depends on the order in which matches came.
LEFT_OUT = {
    ("summoner", "first_seen_at"), ("summoner", "named_at"), ("match", "parser_version"), ("timeline", "parser_version"),
    ("match", "stored_in"),
}
# What identifies a row of the tables that give the numbers.
KEYS = {"match_key": ["riot_id"], "summoner": ["puuid"]}
SHOWN = 5  # rows of a table, and columns of a row

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'schema_migration'
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""


PRIMARY_KEYS = """
SELECT a.attrelid::regclass, a.attname
FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indisprimary
"""


class Comparison:
    def __init__(self, server, one, other):
        self.server, self.databases = server, (one, other)
        self.tables = {}
        for table, column, kind in server.query(COLUMNS, one):
            self.tables.setdefault(table, {})[column] = kind
        self.keys = {}
        for table, column in server.query(PRIMARY_KEYS, one):
            self.keys.setdefault(table, []).append(column)
        self.keys |= KEYS
        self.rows = {}

    def normalised(self, table):
        """A query of all rows with Riot's names in the place of numbers."""
        expressions = []
        for column, kind in self.tables[table].items():
            if (table, column) in LEFT_OUT or (column == "id" and table in KEYS):
                continue
            text = f"t.{column}"
            if kind == "integer" and (column == "match_id" or (table, column) == ("match", "id")):
                text = f"(SELECT riot_id FROM match_key k WHERE k.id = t.{column})"
            elif kind == "integer" and column == "summoner_id":
                text = f"(SELECT puuid FROM summoner s WHERE s.id = t.{column})"
            elif column.endswith("summoner_ids"):
                text = (
                    "(SELECT array_agg(s.puuid ORDER BY place)"
                    f" FROM unnest(t.{column}) WITH ORDINALITY AS u (number, place)"
                    " LEFT JOIN summoner s ON s.id = number)"
                )
            expressions.append(f"{text} AS {column}")
        return f"SELECT {', '.join(expressions)} FROM {table} t"

    def key(self, table):
        return " || ' ' || ".join(f"{column}::text" for column in self.keys[table])

    def hashes(self, table, database):
        sql = f"SELECT {self.key(table)}, md5(q::text) FROM ({self.normalised(table)}) q"
        rows = self.server.query(sql, database)
        hashes = dict(rows)
        if len(hashes) != len(rows) or "" in hashes:
            raise SystemExit(f"the rows of {table} cannot be told apart by {self.keys[table]}")
        return hashes

    def difference(self, table, key):
        """The columns in which a row differs."""
        sql = (
            f"SELECT column_name, value FROM ({self.normalised(table)}) q, to_json(q) j, json_each_text(j) AS e"
            f" (column_name, value) WHERE {self.key(table)} = '{key}'"
        )
        one, other = (dict(self.server.query(sql, database)) for database in self.databases)
        names = [name for name in one if one[name] != other[name]]
        sentences = [f"{name} is {one[name][:80]!r} and {other[name][:80]!r}" for name in names[:SHOWN]]
        return sentences + [f"and {len(names) - SHOWN} more columns"] * (len(names) > SHOWN)

    def run(self):
        """A sentence for every difference, at most a few per table."""
        found = []
        for table in self.tables:
            one, other = (self.hashes(table, database) for database in self.databases)
            self.rows[table] = len(one)
            differing = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
            for key in differing[:SHOWN]:
                if key in one and key in other:
                    found.append(f"{table} {key}: {'; '.join(self.difference(table, key))}")
                else:
                    found.append(f"{table} {key[:80]}: only in {self.databases[0 if key in one else 1]}")
            if len(differing) > SHOWN:
                found.append(f"{table}: {len(differing)} rows differ of {len(one)} and {len(other)}")
        return found


def report(server, one, other, what):
    comparison = Comparison(server, one, other)
    differences = comparison.run()
    filled = {table: count for table, count in comparison.rows.items() if count}
    if differences:
        print(f"{what}: rows differ")
        print("\n".join(f"  {sentence}" for sentence in differences))
    else:
        counts = ", ".join(f"{table} {count}" for table, count in filled.items())
        print(f"{what}: rows equal ({counts})")
    return not differences
