// The part of TimelineRows that reads events and the damage recaps inside of them.
#include "timeline_rows.hpp"
#include "timeline_members.hpp"

void TimelineRows::EventRow::clear() {
    ArrayRow::clear();
    for (auto array : {&assist_counts, &assist_ends, &assist_ids}) { array->clear(); }
}

/// Notes the assistants of the event added last; events without any end where the one before ends.
void TimelineRows::EventRow::add_assists(const std::vector<int64_t> &ids) {
    assist_counts.pad(ordinals.count - 1);
    while (assist_ends.count < ordinals.count - 1) { assist_ends.append(int64_t(assist_ids.count)); }
    assist_counts.append(int64_t(ids.size()));
    for (int64_t id : ids) { assist_ids.append(id); }
    assist_ends.append(int64_t(assist_ids.count));
}

/// Keeps an event's values until its type, which comes last, tells the row.
void TimelineRows::read_event(ondemand::object event) {
    event_count++;
    event_values.clear();
    std::string_view event_type;
    bool has_assists = false;
    each(event, event_members, [&](int place, ondemand::value value) {
        switch (place) {
        case type: event_type = value.get_string(); return;
        case position:
            return each(value.get_object(), event_position_members, [&](int part, ondemand::value one) {
                event_values.emplace_back(part, read(one, Kind::int16));
            });
        case assist_ids:
            has_assists = true;
            assists.clear();
            for (auto id : value.get_array()) { assists.push_back(id.get_int64()); }
            return;
        default:
            if (place < 0) { return read_damage(size_t(place - first_list), value.get_array()); }
            event_values.emplace_back(place, read(value, event_columns.all[place].kind));
        }
    });
    EventRow &row = event_row(event_type);
    row.ordinals.append(event_count);
    for (const auto &[place, value] : event_values) { row.set(size_t(place), value); }
    if (has_assists) { row.add_assists(assists); }
}

TimelineRows::EventRow &TimelineRows::event_row(std::string_view type) {
    for (size_t row : used_events) {
        if (event_rows[row].key == type) { return event_rows[row]; }
    }
    auto has_key = [&](const EventRow &row) { return row.key == type; };
    auto row = std::find_if(event_rows.begin(), event_rows.end(), has_key);
    if (row == event_rows.end()) {
        event_rows.emplace_back(std::string(type), event_columns);
        row = event_rows.end() - 1;
    }
    used_events.push_back(size_t(row - event_rows.begin()));
    return *row;
}

void TimelineRows::read_damage(size_t list, ondemand::array array) {
    ArrayRow &row = damage_rows[list];
    int64_t count = 0;
    for (auto entry : array) {
        count++;
        row.ordinals.append(event_count);
        each(entry.get_object(), damage_members, [&](int place, ondemand::value value) {
            row.set(size_t(place), read(value, damage_columns.all[place].kind));
        });
    }
    event_values.emplace_back(damage_counts[list], Value::of(count));
}
