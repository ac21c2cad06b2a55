#include "match_rows.hpp"

namespace {

enum Special { created = -20, started, ended, duration_member, participants, teams_member, mutators_member };
enum ParticipantSpecial { challenges_member = -20, missions_member, perks, puuid, participant_id, behavior };
enum TeamSpecial { bans = -20, objectives, feats };

/// Added to the places of the scores when they are spelled PlayerScore0 and so on.
constexpr int capital = 1000;

}  // namespace

const std::vector<std::string> MatchRows::own_match = {
    "id", "received_at", "started_at", "created_at", "game_started_at", "ended_at", "duration_seconds", "patch_major",
    "patch_minor", "parser_version", "is_aborted", "is_remake", "platform", "data_version", "game_mode_mutators",
    "summoner_ids", "extra",
};
const std::vector<std::string> MatchRows::own_team = {
    "match_id", "team_number", "ban_champion_id", "ban_pick_turn", "extra",
};
const std::vector<std::string> MatchRows::own_participant = {
    "started_at", "match_id", "summoner_id", "participant_id", "is_bot", "extra",
};

MatchRows::MatchRows(const Schema &schema)
    : match_columns(schema.at("match").without(own_match)), team_columns(schema.at("match_team").without(own_team)),
      participant_columns(schema.at("match_participant").without(own_participant)), info_members(match_columns),
      team_members(team_columns), participant_members(participant_columns),
      match("match", "id, received_at, started_at, created_at, game_started_at, ended_at, duration_seconds, "
            "patch_major, patch_minor, parser_version, is_aborted, is_remake, platform, data_version, "
            "game_mode_mutators, summoner_ids, extra" + match_columns.list()),
      team("match_team", "match_id, team_number, ban_champion_id, ban_pick_turn" + team_columns.list()),
      participant("match_participant", "started_at, match_id, summoner_id, participant_id, is_bot"
                  + participant_columns.list()),
      detail("match_detail", "match_id, participant_ids, challenges, missions") {
    info_members.special("gameCreation", created).special("gameStartTimestamp", started)
        .special("gameEndTimestamp", ended).special("gameDuration", duration_member)
        .special("participants", participants).special("teams", teams_member)
        .special("gameModeMutators", mutators_member);
    team_members.special("bans", bans).special("objectives", objectives).special("feats", feats);
    participant_members.special("challenges", challenges_member).special("missions", missions_member)
        .special("perks", perks).special("puuid", puuid).special("participantId", participant_id)
        .special("PlayerBehavior", behavior)
        .special("summonerId", participant_columns.find("encryptedsummonerid"));
    auto place = [&](const std::string &name) { return participant_columns.find(name); };
    size_t rune = 0;
    for (auto name : {"defense", "flex", "offense"}) { rune_places[rune++] = place(std::string("statperk") + name); }
    for (auto [style, count] : {std::pair{"primary", 4}, {"sub", 2}}) {
        rune_places[rune++] = place(std::string(style) + "style");
        for (int i = 1; i <= count; i++) {
            for (auto part : {"", "var1", "var2", "var3"}) {
                rune_places[rune++] = place(style + ("perk" + std::to_string(i)) + part);
            }
        }
    }
    score_first = place("playerscore0");
    score_last = place("playerscore11");
    score_capital = place("playerscorecapital");
    for (int i = score_first; i <= score_last; i++) {
        participant_members.exact("PlayerScore" + std::to_string(i - score_first), capital + i);
    }
    game_name = place("riotidgamename");
    tag_line = place("riotidtagline");
    ended_early = place("gameendedinearlysurrender");
    game_version = match_columns.find("gameversion");
}

void MatchRows::begin(Players &batch_players) {
    players = &batch_players;
    for (Target *target : targets()) { target->rows.begin(); }
}

void MatchRows::add(ondemand::document &document, const BodyText &body) {
    for (auto field : ondemand::object(document.get_object())) {
        std::string_view name = key_of(field.value_unsafe());
        if (name == "metadata") {
            metadata.read(field.value().get_object(), body.riot_id);
        } else if (name == "info") {
            read_info(field.value().get_object(), body);
        } else {
            refuse("a match has a member " + std::string(name));
        }
    }
    write_match(body);
    write_detail(body);
}

void MatchRows::read_info(ondemand::object info, const BodyText &body) {
    created_at = game_started_at = ended_at = duration = 0;
    has_duration = has_mutators = false;
    all_ended_early = true;
    teams = 0;
    extra.clear();
    mutators.clear();
    numbers.clear();
    names.clear();
    start_places.clear();
    challenges.clear();
    missions.clear();
    info_values.assign(match_columns.size(), Value());
    each(info, info_members, [&](int place, ondemand::value value) {
        switch (place) {
        case created: return read_time(created_at, "gameCreation", value);
        case started: return read_time(game_started_at, "gameStartTimestamp", value);
        case ended: return read_time(ended_at, "gameEndTimestamp", value);
        case duration_member:
            duration = value.get_int64();
            has_duration = true;
            return;
        case participants:
            for (auto element : value.get_array()) { read_participant(element.get_object(), body); }
            return;
        case teams_member:
            for (auto element : value.get_array()) { read_team(element.get_object(), body); }
            if (teams == 0) { extra += extra.empty() ? "\"teams\":[]" : ",\"teams\":[]"; }  // else like none at all
            return;
        case mutators_member:
            has_mutators = true;
            for (auto text : value.get_array()) { mutators.append(Value::of(std::string_view(text.get_string()))); }
            return;
        default: info_values[place] = read(value, match_columns.all[place].kind);
        }
    });
}

/// The one aborted game has times that are 0.
void MatchRows::read_time(int64_t &time, const char *name, ondemand::value value) {
    time = value.get_int64();
    if (time == 0) { extra += (extra.empty() ? "\"" : ",\"") + std::string(name) + "\":0"; }
}

void MatchRows::read_participant(ondemand::object object, const BodyText &body) {
    values.assign(participant_columns.size(), Value());
    std::string_view player;
    int64_t number = 0;
    each(object, participant_members, [&](int place, ondemand::value value) {
        switch (place) {
        case challenges_member: return challenges.add(value.get_object(), names.size());
        case missions_member: return missions.add(value.get_object(), names.size());
        case perks: return read_runes(value.get_object());
        case puuid: player = value.get_string(); return;
        case participant_id: number = value.get_int64(); return;
        case behavior:
            return each(value.get_object(), participant_members, [&](int flag, ondemand::value one) {
                values[flag] = read(one, participant_columns.all[flag].kind);
            });
        default:
            if (place % capital >= score_first && place % capital <= score_last) {
                values[score_capital] = Value::of(int64_t(place >= capital));
                place %= capital;
            }
            values[place] = read(value, participant_columns.all[place].kind);
        }
    });
    CopyBuffer &out = participant.rows;
    out.row(5 + participant_columns.size());
    start_places.push_back(out.time(received_at));
    out.int32(body.key);
    players->put_number(out, player);
    out.int16(number);
    out.boolean(Players::is_bot(player));
    for (size_t i = 0; i < values.size(); i++) { out.field(participant_columns.all[i].kind, values[i]); }
    names.push_back({player, values[game_name].text, values[tag_line].text});
    numbers.append(number);
    all_ended_early = all_ended_early && values[ended_early].integer;
}

/// Three statistics, the primary style with four runes and the secondary one with two.
void MatchRows::read_runes(ondemand::object perks_object) {
    auto set = [&](size_t rune, ondemand::value value) { values[rune_places[rune]] = read(value, Kind::int32); };
    for (auto field : perks_object) {
        if (key_of(field.value_unsafe()) == "statPerks") {
            for (auto statistic : ondemand::object(field.value().get_object())) {
                char first = key_of(statistic.value_unsafe())[0];
                set(first == 'd' ? 0 : first == 'f' ? 1 : 2, statistic.value());
            }
            continue;
        }
        size_t rune = 3;
        for (auto style : field.value().get_array()) {
            size_t next = rune + 1;
            for (auto member : ondemand::object(style.get_object())) {
                std::string_view name = key_of(member.value_unsafe());
                if (name == "style") { set(rune, member.value()); }
                if (name != "selections") { continue; }
                for (auto selection : member.value().get_array()) {
                    for (auto part : ondemand::object(selection.get_object())) {
                        char last = key_of(part.value_unsafe()).back();
                        set(next + (last == 'k' ? 0 : size_t(last - '0')), part.value());
                    }
                    next += 4;
                }
            }
            rune = next;
        }
    }
}

void MatchRows::read_team(ondemand::object object, const BodyText &body) {
    values.assign(team_columns.size(), Value());
    ArrayBuffer champions(Kind::int32), turns(Kind::int16);
    bool has_bans = false;
    auto set = [&](const std::string &name, ondemand::value value) {
        int place = team_columns.find(name);
        values[place] = read(value, team_columns.all[place].kind);
    };
    each(object, team_members, [&](int place, ondemand::value value) {
        switch (place) {
        case bans:
            has_bans = true;
            for (auto ban : value.get_array()) {
                for (auto member : ondemand::object(ban.get_object())) {
                    bool is_champion = key_of(member.value_unsafe()) == "championId";
                    (is_champion ? champions : turns).append(int64_t(member.value().get_int64()));
                }
            }
            return;
        case objectives:
            for (auto objective : ondemand::object(value.get_object())) {
                std::string name = folded(key_of(objective.value_unsafe()));
                for (auto member : ondemand::object(objective.value().get_object())) {
                    set(name + std::string(key_of(member.value_unsafe())), member.value());
                }
            }
            return;
        case feats:
            for (auto feat : ondemand::object(value.get_object())) {
                std::string name = "feat" + folded(key_of(feat.value_unsafe()));
                for (auto member : ondemand::object(feat.value().get_object())) { set(name, member.value()); }
            }
            return;
        default: values[place] = read(value, team_columns.all[place].kind);
        }
    });
    CopyBuffer &out = team.rows;
    out.row(4 + team_columns.size());
    out.int32(body.key);
    out.int16(int64_t(++teams));
    for (auto array : {&champions, &turns}) { has_bans ? out.array(*array) : out.null(); }
    for (size_t i = 0; i < values.size(); i++) { out.field(team_columns.all[i].kind, values[i]); }
}

void MatchRows::write_match(const BodyText &body) {
    int64_t started_at = game_started_at ? game_started_at : created_at ? created_at : ended_at;
    if (started_at == 0 || (ended_at == 0 && duration > 0)) { refuse(body.riot_id + " is from before patch 11.20"); }
    for (size_t place : start_places) { participant.rows.patch(place, CopyBuffer::postgres_time(started_at)); }
    for (const auto &[puuid, name, tag] : names) {
        if (!Players::is_bot(puuid)) { players->name(puuid, name, tag, started_at); }
    }
    int major = 0, minor = 0;
    std::string version(info_values[game_version].text);
    bool has_patch = std::sscanf(version.c_str(), "%d.%d", &major, &minor) == 2;
    auto number = [](bool is_known, int64_t value) { return is_known ? Value::of(value) : Value(); };

    CopyBuffer &out = match.rows;
    out.row(17 + match_columns.size());
    out.int32(body.key);
    for (int64_t time : {received_at, started_at, created_at, game_started_at, ended_at}) { out.time(time); }
    out.field(Kind::int32, number(has_duration, duration));
    out.field(Kind::int16, number(has_patch, major));
    out.field(Kind::int16, number(has_patch, minor));
    out.int16(parser_version);
    out.boolean(names.empty());
    out.boolean(!names.empty() && all_ended_early && has_duration && duration < 300);
    std::string platform = body.riot_id.substr(0, body.riot_id.find('_'));
    out.text(folded(platform));
    out.text(metadata.data_version);
    has_mutators ? out.array(mutators) : out.null();
    players->put_numbers(out, metadata.participants);
    out.json(extra.empty() ? "" : "{\"info\":{" + extra + "}}");
    for (size_t i = 0; i < info_values.size(); i++) { out.field(match_columns.all[i].kind, info_values[i]); }
}

void MatchRows::write_detail(const BodyText &body) {
    std::string all_challenges = challenges.json(names.size()), all_missions = missions.json(names.size());
    if (all_challenges.empty() && all_missions.empty()) { return; }
    CopyBuffer &out = detail.rows;
    out.row(4);
    out.int32(body.key);
    out.array(numbers);
    out.json(all_challenges);
    out.json(all_missions);
}
