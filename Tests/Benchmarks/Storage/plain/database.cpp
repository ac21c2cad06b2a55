#include "database.hpp"

#include <memory>

namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

ByteBuffer parameter(const ArrayBuffer &array) {
    ByteBuffer bytes;
    array.write(bytes);
    return bytes;
}

ByteBuffer parameter(std::string_view text) {
    ByteBuffer bytes;
    bytes.put(text);
    return bytes;
}

Value text_or_null(const std::string &text) { return text.empty() ? Value() : Value::of(std::string_view(text)); }

void append(ArrayBuffer &array, const Value &value) { value.is_null ? array.append_null() : array.append(value); }

}  // namespace

Database::Database(const std::string &url) : connection(PQconnectdb(url.c_str())) {
    if (PQstatus(connection) != CONNECTION_OK) { refuse(PQerrorMessage(connection)); }
}

Database::~Database() { PQfinish(connection); }

PGresult *Database::checked(PGresult *result) {
    auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) { return result; }
    refuse(PQerrorMessage(connection));
}

void Database::run(const char *sql) { Result result(checked(PQexec(connection, sql)), PQclear); }

/// Runs a statement that is prepared when it is seen first; parameters are binary, results are text.
PGresult *Database::statement(const char *name, const char *sql, const std::vector<ByteBuffer> &parameters) {
    static std::vector<std::string> prepared;
    if (std::find(prepared.begin(), prepared.end(), name) == prepared.end()) {
        Result result(checked(PQprepare(connection, name, sql, 0, nullptr)), PQclear);
        prepared.push_back(name);
    }
    std::vector<const char *> values;
    std::vector<int> lengths, formats(parameters.size(), 1);
    for (const auto &value : parameters) {
        values.push_back(value.size() == 0 ? "" : value.data());
        lengths.push_back(int(value.size()));
    }
    int count = int(parameters.size());
    return checked(PQexecPrepared(connection, name, count, values.data(), lengths.data(), formats.data(), 0));
}

Schema Database::schema() {
    Result result(checked(PQexec(connection, R"(
        SELECT a.attrelid::regclass, a.attname, coalesce(nullif(t.typelem, 0), t.oid)
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid IN ('match'::regclass, 'match_team'::regclass, 'match_participant'::regclass,
                'match_detail'::regclass, 'timeline'::regclass, 'timeline_frames'::regclass,
                'timeline_events'::regclass, 'timeline_kill_damage'::regclass)
            AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum)")), PQclear);
    Schema schema;
    for (int i = 0; i < PQntuples(result.get()); i++) {
        auto value = [&](int column) { return std::string(PQgetvalue(result.get(), i, column)); };
        schema[value(0)].all.push_back({value(1), Kind(std::stoul(value(2)))});
    }
    return schema;
}

void Database::number(std::vector<BodyText> &bodies) {
    ArrayBuffer ids(Kind::text);
    for (const auto &body : bodies) { ids.append(Value::of(std::string_view(body.riot_id))); }
    std::vector<ByteBuffer> parameters;
    parameters.push_back(parameter(ids));
    Result result(statement("keys", R"(
        WITH wanted AS MATERIALIZED (SELECT unnest($1::text[]) AS riot_id), created AS (
            INSERT INTO match_key (riot_id)
            SELECT riot_id FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM match_key k WHERE k.riot_id = w.riot_id)
            RETURNING riot_id, id
        )
        SELECT riot_id, id FROM created
        UNION ALL SELECT k.riot_id, k.id FROM wanted w JOIN match_key k ON k.riot_id = w.riot_id)", parameters), PQclear);
    for (int i = 0; i < PQntuples(result.get()); i++) {
        for (auto &body : bodies) {
            if (body.riot_id == PQgetvalue(result.get(), i, 0)) { body.key = std::atoi(PQgetvalue(result.get(), i, 1)); }
        }
    }
}

void Database::number(Players &players) {
    ArrayBuffer puuids(Kind::text), names(Kind::text), tags(Kind::text), folded(Kind::text), times(Kind::int64);
    for (const auto &player : players.all) {
        bool has_name = player.named_at != 0;
        puuids.append(Value::of(std::string_view(player.puuid)));
        append(names, text_or_null(player.game_name));
        append(tags, text_or_null(player.tag_line));
        std::string key = has_name ? player.folded_name() : "";
        append(folded, text_or_null(key));
        append(times, has_name ? Value::of(player.named_at) : Value());
    }
    std::vector<ByteBuffer> parameters;
    for (auto array : {&puuids, &names, &tags, &folded, &times}) { parameters.push_back(parameter(*array)); }
    Result result(statement("players", R"(
        WITH wanted AS MATERIALIZED (
            SELECT puuid, game_name, tag_line, folded_name, to_timestamp(named_at / 1000.0) AS named_at
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
                AS w (puuid, game_name, tag_line, folded_name, named_at)
        ), created AS (
            INSERT INTO summoner (puuid, key_scope, game_name, tag_line, folded_name, named_at)
            SELECT w.puuid, 'default', w.game_name, w.tag_line, w.folded_name, w.named_at FROM wanted w
            WHERE NOT EXISTS (SELECT 1 FROM summoner s WHERE s.puuid = w.puuid AND s.key_scope = 'default')
            RETURNING puuid, id
        ), renamed AS (
            UPDATE summoner s
            SET game_name = w.game_name, tag_line = w.tag_line, folded_name = w.folded_name, named_at = w.named_at
            FROM wanted w
            WHERE s.puuid = w.puuid AND s.key_scope = 'default' AND w.game_name IS NOT NULL
                AND (s.named_at IS NULL OR s.named_at < w.named_at)
                AND (s.game_name, s.tag_line) IS DISTINCT FROM (w.game_name, w.tag_line)
        )
        SELECT puuid, id FROM created
        UNION ALL SELECT s.puuid, s.id FROM wanted w JOIN summoner s ON s.puuid = w.puuid AND s.key_scope = 'default')",
        parameters), PQclear);
    if (size_t(PQntuples(result.get())) != players.all.size()) { refuse("a player has no number"); }
    for (int i = 0; i < PQntuples(result.get()); i++) {
        players.all[players.place(PQgetvalue(result.get(), i, 0))].id = std::atoi(PQgetvalue(result.get(), i, 1));
    }
}

void Database::copy(Target &target) {
    if (target.rows.rows == 0) { return; }
    target.rows.end();
    Result start(checked(PQexec(connection, target.sql.c_str())), PQclear);
    PQputCopyData(connection, target.rows.data(), int(target.rows.size()));
    PQputCopyEnd(connection, nullptr);
    while (PGresult *result = PQgetResult(connection)) { Result end(checked(result), PQclear); }
}

void Database::keep(const std::vector<BodyText> &bodies, const char *kind) {
    ArrayBuffer keys(Kind::int32), texts(Kind::bytea);
    for (const auto &body : bodies) {
        keys.append(int64_t(body.key));
        texts.append(Value::of(std::string_view(body.gzip)));
    }
    std::vector<ByteBuffer> parameters;
    parameters.push_back(parameter(keys));
    parameters.push_back(parameter(texts));
    parameters.push_back(parameter(std::string_view(kind)));
    parameters.emplace_back().put(CopyBuffer::postgres_time(received_at));
    Result result(statement("bodies", R"(
        INSERT INTO raw_body (match_id, kind, encoding, received_at, sha256, bytes)
        SELECT match_id, $3::text, 'gzip', $4::timestamptz, sha256(bytes), bytes
        FROM unnest($1::integer[], $2::bytea[]) AS w (match_id, bytes))", parameters), PQclear);
}
