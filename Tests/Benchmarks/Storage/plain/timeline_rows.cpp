#include "timeline_members.hpp"
#include "timeline_rows.hpp"

namespace {

/// Stands for a figure that is not there.
constexpr int32_t missing = std::numeric_limits<int32_t>::min();

const std::array<std::string, 4> lists = {"received", "dealt", "teamfight_received", "teamfight_dealt"};
const std::array<std::string, 4> list_members = {
    "victimDamageReceived", "victimDamageDealt", "victimTeamfightDamageReceived", "victimTeamfightDamageDealt",
};

}  // namespace

const std::vector<std::string> TimelineRows::own_timeline = {
    "match_id", "received_at", "frame_count", "event_count", "parser_version", "frame_timestamp_ms",
    "frame_first_event", "summoner_ids", "participant_ids", "participant_summoner_ids", "data_version", "extra",
};
const std::vector<std::string> TimelineRows::own_frames = {"match_id", "participant_id", "frame_present", "extra"};
const std::vector<std::string> TimelineRows::own_events = {
    "match_id", "type", "ordinal", "assist_count", "assist_end", "assist_id", "extra",
};
const std::vector<std::string> TimelineRows::own_damage = {"match_id", "list", "kill_ordinal", "extra"};

TimelineRows::TimelineRows(const Schema &schema)
    : timeline_columns(schema.at("timeline").without(own_timeline)),
      frame_columns(schema.at("timeline_frames").without(own_frames)),
      event_columns(schema.at("timeline_events").without(own_events)),
      damage_columns(schema.at("timeline_kill_damage").without(own_damage)), info_members(timeline_columns),
      frame_members(frame_columns), champion_members(frame_columns), damage_stats_members(frame_columns),
      position_members(frame_columns, "position"), event_members(event_columns),
      event_position_members(event_columns, "position"), damage_members(damage_columns),
      timeline("timeline", "match_id, received_at, frame_count, event_count, parser_version, frame_timestamp_ms, "
               "frame_first_event, summoner_ids, participant_ids, participant_summoner_ids, data_version, extra"
               + timeline_columns.list()),
      frames("timeline_frames", "match_id, participant_id, frame_present" + frame_columns.list()),
      events("timeline_events", "match_id, type, ordinal, assist_count, assist_end, assist_id" + event_columns.list()),
      damage("timeline_kill_damage", "match_id, list, kill_ordinal" + damage_columns.list()) {
    info_members.special("frames", frames_member).special("participants", participants_member);
    frame_members.special("participantId", participant_id).special("position", position)
        .special("championStats", champion_stats).special("damageStats", damage_stats);
    event_members.special("type", type).special("position", position).special("assistingParticipantIds", assist_ids);
    for (size_t list = 0; list < lists.size(); list++) {
        event_members.special(list_members[list], first_list + int(list));
        std::string words = lists[list].starts_with("teamfight") ? lists[list].substr(10) : lists[list];
        std::string count = (words == lists[list] ? "" : "teamfight") + ("damage" + words) + "count";
        damage_counts[list] = event_columns.find(count);
        damage_rows.emplace_back(lists[list], damage_columns);
    }
}

void TimelineRows::begin(Players &batch_players) {
    players = &batch_players;
    for (Target *target : targets()) { target->rows.begin(); }
}

void TimelineRows::add(ondemand::document &document, const BodyText &body) {
    for (auto field : ondemand::object(document.get_object())) {
        std::string_view name = key_of(field.value_unsafe());
        if (name == "metadata") {
            metadata.read(field.value().get_object(), body.riot_id);
        } else if (name == "info") {
            read_info(field.value().get_object());
        } else {
            refuse("a timeline has a member " + std::string(name));
        }
    }
    write_timeline(body);
    write_frames(body);
    write_arrays(body);
}

void TimelineRows::read_info(ondemand::object info) {
    info_values.assign(timeline_columns.size(), Value());
    times.clear();
    first_events.clear();
    event_count = 0;
    extra.clear();
    has_participants = false;
    participants.clear();
    participant_ids.clear();
    tracks.clear();
    for (size_t row : used_events) { event_rows[row].clear(); }
    used_events.clear();
    for (auto &row : damage_rows) { row.clear(); }
    each(info, info_members, [&](int place, ondemand::value value) {
        if (place == frames_member) {
            for (auto frame : value.get_array()) { read_frame(frame.get_object()); }
        } else if (place == participants_member) {
            read_participants(value.get_array());
        } else {
            info_values[place] = read(value, timeline_columns.all[place].kind);
        }
    });
}

void TimelineRows::read_participants(ondemand::array array) {
    has_participants = true;
    for (auto participant : array) {
        for (auto member : ondemand::object(participant.get_object())) {
            if (key_of(member.value_unsafe()) == "puuid") {
                participants.push_back(member.value().get_string());
            } else {
                participant_ids.append(int64_t(member.value().get_int64()));
            }
        }
    }
}

void TimelineRows::read_frame(ondemand::object frame) {
    times.push_back(0);
    first_events.push_back(event_count + 1);
    for (auto field : frame) {
        std::string_view name = key_of(field.value_unsafe());
        ondemand::value value = field.value();
        if (name == "timestamp") {
            times.back() = value.get_int64();
        } else if (name == "events") {
            for (auto event : value.get_array()) { read_event(event.get_object()); }
        } else if (name != "participantFrames") {
            refuse("a frame has a member " + std::string(name));
        } else if (value.is_null()) {  // in the one aborted game
            extra += (extra.empty() ? "\"" : ",\"") + std::to_string(times.size() - 1) + "\":{\"participantFrames\":null}";
        } else {
            for (auto participant : ondemand::object(value.get_object())) {
                int64_t number = std::atoi(participant.key().value_unsafe().raw());
                read_figures(number, participant.value().get_object());
            }
        }
    }
}

void TimelineRows::read_figures(int64_t participant, ondemand::object object) {
    auto is_his = [&](const Track &track) { return track.participant == participant; };
    auto track = std::find_if(tracks.begin(), tracks.end(), is_his);
    if (track == tracks.end()) { track = tracks.insert(track, Track{participant}); }
    size_t start = (times.size() - 1) * frame_columns.size();
    track->figures.resize(start + frame_columns.size(), missing);
    track->is_present.resize(times.size());
    track->is_present.back() = true;
    int32_t *figures = track->figures.data() + start;
    auto set = [&](int place, ondemand::value value) {
        figures[place] = Value::of(int64_t(value.get_int64())).narrowed<int32_t>();
    };
    each(object, frame_members, [&](int place, ondemand::value value) {
        switch (place) {
        case participant_id: return;
        case position: return each(value.get_object(), position_members, set);
        case champion_stats: return each(value.get_object(), champion_members, set);
        case damage_stats: return each(value.get_object(), damage_stats_members, set);
        default: set(place, value);
        }
    });
}

void TimelineRows::write_timeline(const BodyText &body) {
    ArrayBuffer all_times(Kind::int32), all_first_events(Kind::int16);
    for (int64_t time : times) { all_times.append(time); }
    for (int64_t first : first_events) { all_first_events.append(first); }
    CopyBuffer &out = timeline.rows;
    out.row(12 + timeline_columns.size());
    out.int32(body.key);
    out.time(received_at);
    out.int16(int64_t(times.size()));
    out.int16(event_count);
    out.int16(parser_version);
    out.array(all_times);
    out.array(all_first_events);
    players->put_numbers(out, metadata.participants);
    if (has_participants) {
        out.array(participant_ids);
        players->put_numbers(out, participants);
    } else {
        out.null();
        out.null();
    }
    out.text(metadata.data_version);
    out.json(extra.empty() ? "" : "{\"info\":{\"frames\":{" + extra + "}}}");
    for (size_t i = 0; i < info_values.size(); i++) { out.field(timeline_columns.all[i].kind, info_values[i]); }
}

/// Figures that are 0 in every frame are null.
void TimelineRows::write_frames(const BodyText &body) {
    CopyBuffer &out = frames.rows;
    ArrayBuffer narrow(Kind::int16), wide(Kind::int32), present(Kind::boolean);
    size_t width = frame_columns.size();
    for (Track &track : tracks) {
        track.figures.resize(times.size() * width, missing);
        track.is_present.resize(times.size());
        out.row(3 + width);
        out.int32(body.key);
        out.int16(track.participant);
        present.clear();
        for (bool is_present : track.is_present) { present.append(int64_t(is_present)); }
        bool is_everywhere = std::find(track.is_present.begin(), track.is_present.end(), false) == track.is_present.end();
        is_everywhere ? out.null() : out.array(present);
        for (size_t place = 0; place < width; place++) {
            ArrayBuffer &array = frame_columns.all[place].kind == Kind::int16 ? narrow : wide;
            array.clear();
            bool is_zero = true;
            for (size_t at = place; at < track.figures.size(); at += width) {
                int32_t figure = track.figures[at];
                is_zero = is_zero && figure == 0;
                figure == missing ? array.append_null() : array.append(int64_t(figure));
            }
            is_zero ? out.null() : out.array(array);
        }
    }
}

void TimelineRows::write_arrays(const BodyText &body) {
    for (size_t number : used_events) {
        EventRow &row = event_rows[number];
        int32_t count = row.ordinals.count;
        CopyBuffer &out = events.rows;
        out.row(6 + event_columns.size());
        out.int32(body.key);
        out.text(row.key);
        out.array(row.ordinals);
        if (row.assist_counts.count == 0) {
            for (int i = 0; i < 3; i++) { out.null(); }
        } else {
            while (row.assist_ends.count < count) { row.assist_ends.append(int64_t(row.assist_ids.count)); }
            out.padded(row.assist_counts, count);
            out.array(row.assist_ends);
            out.array(row.assist_ids);
        }
        for (auto &array : row.arrays) { out.padded(array, count); }
    }
    for (auto &row : damage_rows) {
        int32_t count = row.ordinals.count;
        if (count == 0) { continue; }
        CopyBuffer &out = damage.rows;
        out.row(3 + damage_columns.size());
        out.int32(body.key);
        out.text(row.key);
        out.array(row.ordinals);
        for (auto &array : row.arrays) { out.padded(array, count); }
    }
}
