// The tables as the database describes them.
#pragma once

#include <map>
#include <string>

#include "columns.hpp"

/// The columns of every table that the rows go to.
using Schema = std::map<std::string, Columns>;

/// A body that is to be stored.
struct BodyText {
    /// Riot's id of the match, and its key in the database.
    std::string riot_id;
    int32_t key = 0;
    /// As received, and its text with simdjson's padding behind it.
    std::string gzip;
    std::unique_ptr<char[]> json{};
    size_t json_length = 0;
};

/// `parser_version` of all rows, and when every body was received, milliseconds since 1970.
constexpr int64_t parser_version = 1;
constexpr int64_t received_at = 1'760'000'000'123;

/// A table's rows of one batch.
struct Target {
    std::string sql;
    CopyBuffer rows{};

    Target(const std::string &table, const std::string &columns)
        : sql("COPY " + table + " (" + columns + ") FROM STDIN (FORMAT binary)") {}
};

/// The name of a member as it is written.
inline std::string_view key_of(ondemand::field &field) {
    const char *name = field.key().raw();
    return std::string_view(name, size_t(std::strchr(name, '"') - name));
}

/// What both kinds of body have beside `info`.
struct Metadata {
    std::string_view data_version;
    std::vector<std::string_view> participants;

    void read(ondemand::object object, const std::string &riot_id) {
        participants.clear();
        for (auto field : object) {
            std::string_view name = key_of(field.value_unsafe());
            if (name == "dataVersion") {
                data_version = field.value().get_string();
            } else if (name == "participants") {
                for (auto puuid : field.value().get_array()) { participants.push_back(puuid.get_string()); }
            } else if (name != "matchId" || std::string_view(field.value().get_string()) != riot_id) {
                refuse("metadata." + std::string(name) + " of " + riot_id);
            }
        }
    }
};
