// Match bodies straight into the rows of `match`, `match_team`, `match_participant` and `match_detail`.
#pragma once

#include "details.hpp"
#include "players.hpp"
#include "schema.hpp"

class MatchRows {
public:
    explicit MatchRows(const Schema &schema);

    /// In the order in which they are written.
    std::vector<Target *> targets() { return {&match, &participant, &team, &detail}; }

    /// Begins a batch, whose players go to `players`.
    void begin(Players &players);
    void add(ondemand::document &document, const BodyText &body);

private:
    static const std::vector<std::string> own_match, own_team, own_participant;
    static constexpr size_t runes = 29;

    Columns match_columns, team_columns, participant_columns;
    Members info_members, team_members, participant_members;
    Target match, team, participant, detail;
    Players *players = nullptr;

    // Of the body that is read.
    Metadata metadata;
    int64_t created_at = 0, game_started_at = 0, ended_at = 0, duration = 0;
    bool has_duration = false;
    std::string extra;
    std::vector<Value> info_values, values;
    ArrayBuffer mutators{Kind::text};
    bool has_mutators = false;
    size_t teams = 0;
    std::vector<size_t> start_places;
    std::vector<std::array<std::string_view, 3>> names;
    ArrayBuffer numbers{Kind::int16};
    bool all_ended_early = true;
    Details challenges, missions;

    // Places of columns.
    std::array<int, runes> rune_places;
    int score_first, score_last, score_capital, game_name, tag_line, ended_early, game_version;

    void read_info(ondemand::object info, const BodyText &body);
    void read_time(int64_t &time, const char *name, ondemand::value value);
    void read_participant(ondemand::object object, const BodyText &body);
    void read_runes(ondemand::object perks);
    void read_team(ondemand::object object, const BodyText &body);
    void write_match(const BodyText &body);
    void write_detail(const BodyText &body);
};
