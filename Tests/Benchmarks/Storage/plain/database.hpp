// A connection to PostgreSQL and the statements of a batch.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <vector>

#include "players.hpp"
#include "schema.hpp"

class Database {
public:
    explicit Database(const std::string &url);
    ~Database();
    Database(const Database &) = delete;

    /// The tables that the rows go to, with their columns in order.
    Schema schema();
    void run(const char *sql);
    /// Finds or makes the keys of matches.
    void number(std::vector<BodyText> &bodies);
    /// Finds or makes the numbers of players, and notes newer names.
    void number(Players &players);
    void copy(Target &target);
    /// Keeps the bodies as they came; the server works out their hashes.
    void keep(const std::vector<BodyText> &bodies, const char *kind);

private:
    PGconn *connection;

    PGresult *statement(const char *name, const char *sql, const std::vector<ByteBuffer> &parameters);
    PGresult *checked(PGresult *result);
};
