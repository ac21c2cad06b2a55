// Timeline bodies straight into the rows of `timeline`, `timeline_frames`, `timeline_events` and `timeline_kill_damage`.
#pragma once

#include "players.hpp"
#include "schema.hpp"

/// One row of `timeline_events` or `timeline_kill_damage`: an array per column, and one that counts the elements.
struct ArrayRow {
    std::string key;
    ArrayBuffer ordinals{Kind::int16};
    std::vector<ArrayBuffer> arrays{};

    ArrayRow(std::string key, const Columns &columns) : key(std::move(key)) {
        for (const auto &column : columns.all) { arrays.emplace_back(column.kind); }
    }
    void clear() {
        ordinals.clear();
        for (auto &array : arrays) { array.clear(); }
    }
    /// Puts a value into the element that belongs to the last ordinal.
    void set(size_t place, const Value &value) {
        arrays[place].pad(ordinals.count - 1);
        arrays[place].append(value);
    }
};

class TimelineRows {
public:
    explicit TimelineRows(const Schema &schema);

    /// In the order in which they are written.
    std::vector<Target *> targets() { return {&timeline, &frames, &events, &damage}; }

    /// Begins a batch, whose players go to `players`.
    void begin(Players &players);
    void add(ondemand::document &document, const BodyText &body);

private:
    /// A participant's figures: those of frame 0, those of frame 1, and so on.
    struct Track {
        int64_t participant;
        std::vector<int32_t> figures{};
        std::vector<bool> is_present{};
    };
    /// The row of one event type, and its assistants.
    struct EventRow : ArrayRow {
        ArrayBuffer assist_counts{Kind::int16}, assist_ends{Kind::int16}, assist_ids{Kind::int16};

        using ArrayRow::ArrayRow;
        void clear();
        void add_assists(const std::vector<int64_t> &ids);
    };

    static const std::vector<std::string> own_timeline, own_frames, own_events, own_damage;

    Columns timeline_columns, frame_columns, event_columns, damage_columns;
    Members info_members, frame_members, champion_members, damage_stats_members, position_members;
    Members event_members, event_position_members, damage_members;
    std::array<int, 4> damage_counts;
    Target timeline, frames, events, damage;
    Players *players = nullptr;

    // Of the body that is read.
    Metadata metadata;
    std::vector<Value> info_values;
    std::vector<int64_t> times, first_events;
    int64_t event_count = 0;
    std::string extra;
    bool has_participants = false;
    std::vector<std::string_view> participants;
    ArrayBuffer participant_ids{Kind::int16};
    std::vector<Track> tracks;
    std::vector<EventRow> event_rows;
    std::vector<size_t> used_events;
    std::vector<ArrayRow> damage_rows;
    std::vector<std::pair<int, Value>> event_values;
    std::vector<int64_t> assists;

    void read_info(ondemand::object info);
    void read_participants(ondemand::array array);
    void read_frame(ondemand::object frame);
    void read_figures(int64_t participant, ondemand::object object);
    void read_event(ondemand::object event);
    void read_damage(size_t list, ondemand::array array);
    EventRow &event_row(std::string_view type);
    void write_timeline(const BodyText &body);
    void write_frames(const BodyText &body);
    void write_arrays(const BodyText &body);
};
