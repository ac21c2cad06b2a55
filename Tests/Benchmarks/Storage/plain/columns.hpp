// Which column a member of a body belongs to.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include <simdjson.h>

#include "buffers.hpp"

namespace ondemand = simdjson::ondemand;

/// Riot's names and those of the columns differ in case and underscores only, but for a few.
inline std::string folded(std::string_view name) {
    std::string text;
    for (char c : name) {
        if (c != '_') { text += char(std::tolower(static_cast<unsigned char>(c))); }
    }
    return text;
}

struct Column {
    std::string name;
    /// Of the elements, when it is an array.
    Kind kind;
};

/// Some columns of a table, in its order.
struct Columns {
    std::vector<Column> all;

    /// Those whose names are not among `others`, which the program fills itself.
    Columns without(const std::vector<std::string> &others) const {
        Columns rest;
        for (const auto &column : all) {
            if (std::find(others.begin(), others.end(), column.name) == others.end()) { rest.all.push_back(column); }
        }
        return rest;
    }
    size_t size() const { return all.size(); }
    int find(const std::string &name) const {
        for (size_t i = 0; i < all.size(); i++) {
            if (folded(all[i].name) == name) { return int(i); }
        }
        refuse("there is no column for " + name);
    }
    /// The names, each with a comma before it.
    std::string list() const {
        std::string text;
        for (const auto &column : all) { text += ", " + column.name; }
        return text;
    }
};

/// The members that one kind of object has, and their columns.
///
/// Objects of a kind have their members in the same order mostly: the one that followed last time is tried first.
class Members {
public:
    /// - `prefix`: what the columns' names have before the members'.
    explicit Members(const Columns &columns, std::string prefix = "") : prefix(std::move(prefix)) {
        for (size_t i = 0; i < columns.size(); i++) {
            std::string name = folded(columns.all[i].name);
            places[name] = int(i);
            if (name.ends_with("ms")) { places.emplace(name.substr(0, name.size() - 2), int(i)); }
        }
    }

    /// Gives a member that is no column a number below zero.
    Members &special(const std::string &name, int number) {
        places[prefix + folded(name)] = number;
        return *this;
    }

    /// Gives a member a number by the exact spelling of its name.
    Members &exact(const std::string &name, int number) {
        known.emplace(name, Member{name, number});
        return *this;
    }

    /// The place of the member that `key`, which ends with a quote, names.
    int find(const char *key) {
        if (last != nullptr && last->next != nullptr && last->next->is(key)) {
            last = last->next;
            return last->place;
        }
        Member *member = lookup(std::string(key, std::strchr(key, '"')));
        if (last != nullptr) { last->next = member; }
        last = member;
        return member->place;
    }

private:
    struct Member {
        std::string name;
        int place;
        Member *next = nullptr;

        bool is(const char *key) const {
            return std::memcmp(key, name.data(), name.size()) == 0 && key[name.size()] == '"';
        }
    };

    std::string prefix;
    std::unordered_map<std::string, int> places;
    std::unordered_map<std::string, Member> known;
    Member *last = nullptr;

    Member *lookup(const std::string &name) {
        auto found = known.find(name);
        if (found == known.end()) {
            auto place = places.find(prefix + folded(name));
            if (place == places.end()) { refuse("there is no column for " + prefix + " " + name); }
            found = known.emplace(name, Member{name, place->second}).first;
        }
        return &found->second;
    }
};

inline Value read(ondemand::value value, Kind kind) {
    Value result{.is_null = false};
    switch (kind) {
    case Kind::boolean: result.integer = bool(value.get_bool()); break;
    case Kind::real: result.real = float(double(value.get_double())); break;
    case Kind::text: result.text = value.get_string(); break;
    default: result.integer = value.get_int64();
    }
    return result;
}

/// Calls `take` with the place and the value of every member of an object.
template <typename Take> void each(ondemand::object object, Members &members, Take take) {
    for (auto field : object) {
        int place = members.find(field.key().value_unsafe().raw());
        take(place, ondemand::value(field.value()));
    }
}
