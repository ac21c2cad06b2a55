// `challenges` and `missions`: for each name the list of all participants' values, as one JSON object.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "columns.hpp"

class Details {
public:
    void clear() {
        for (Name *name : used) { name->values.clear(); }
        used.clear();
    }

    /// Takes all members of a participant's object; the texts stay where they are.
    void add(ondemand::object object, size_t participant) {
        for (auto field : object) {
            Name *name = find(field.key().value_unsafe().raw());
            if (name->values.empty()) { used.push_back(name); }
            name->values.resize(participant + 1, "null");
            name->values[participant] = raw(ondemand::value(field.value()));
        }
    }

    /// Empty without names.
    std::string json(size_t participants) {
        std::string text;
        for (Name *name : used) {
            text += text.empty() ? "{\"" : ",\"";
            text += name->text;
            text += "\":[";
            name->values.resize(participants, "null");
            for (size_t i = 0; i < participants; i++) {
                if (i > 0) { text += ','; }
                text += name->values[i];
            }
            text += ']';
        }
        if (!text.empty()) { text += '}'; }
        return text;
    }

private:
    struct Name {
        std::string text;
        std::vector<std::string_view> values{};
        Name *next = nullptr;
    };

    std::unordered_map<std::string, Name> names;
    std::vector<Name *> used;
    Name *last = nullptr;

    Name *find(const char *key) {
        if (last != nullptr && last->next != nullptr) {
            const std::string &text = last->next->text;
            if (std::memcmp(key, text.data(), text.size()) == 0 && key[text.size()] == '"') {
                return last = last->next;
            }
        }
        std::string text(key, std::strchr(key, '"'));
        Name *name = &names.try_emplace(text, Name{text}).first->second;
        if (last != nullptr) { last->next = name; }
        return last = name;
    }

    static std::string_view raw(ondemand::value value) {
        std::string_view token = value.raw_json_token();
        switch (token[0]) {
        case '[': return ondemand::array(value.get_array()).raw_json();
        case '{': return ondemand::object(value.get_object()).raw_json();
        case 'n': refuse("a challenge or mission is null");
        default: return token;
        }
    }
};
