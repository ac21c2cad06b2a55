// The players of a batch of bodies: collected while the bodies are read, numbered by the database afterwards.
#pragma once

#include <cwctype>
#include <map>
#include <string>
#include <vector>

#include "buffers.hpp"

struct Player {
    std::string puuid;
    std::string game_name{}, tag_line{};
    /// When he had that name, milliseconds since 1970; 0 when none is known.
    int64_t named_at = 0;
    int32_t id = 0;

    /// The name in lower case without spaces; the locale must be a UTF-8 one.
    std::string folded_name() const {
        std::string name = game_name + "#" + tag_line;
        std::wstring wide(name.size() + 1, 0);
        wide.resize(std::mbstowcs(wide.data(), name.c_str(), wide.size()));
        std::wstring result;
        for (wchar_t c : wide) {
            if (!std::iswspace(wint_t(c)) && c != 0xA0) { result += wchar_t(std::towlower(wint_t(c))); }
        }
        std::string text(result.size() * MB_CUR_MAX + 1, 0);
        text.resize(std::wcstombs(text.data(), result.c_str(), text.size()));
        return text;
    }
};

class Players {
public:
    std::vector<Player> all;

    void clear() {
        all.clear();
        places.clear();
        numbers.clear();
    }

    /// Notes a player, and what a body of that time calls him.
    void name(std::string_view puuid, std::string_view game_name, std::string_view tag_line, int64_t time) {
        Player &player = all[place(puuid)];
        if (game_name.empty() || tag_line.empty() || time <= player.named_at) { return; }
        player.game_name = game_name;
        player.tag_line = tag_line;
        player.named_at = time;
    }

    /// Writes a field or an element for the player's number; null for bots.
    void put_number(CopyBuffer &out, std::string_view puuid) {
        if (is_bot(puuid)) { return out.null(); }
        out.int32(0);
        numbers.push_back({&out, out.size() - 4, place(puuid)});
    }

    /// Writes an `integer[]` of the players' numbers.
    void put_numbers(CopyBuffer &out, const std::vector<std::string_view> &puuids) {
        size_t start = out.size();
        bool has_bots = std::any_of(puuids.begin(), puuids.end(), is_bot);
        for (int32_t number : {0, puuids.empty() ? 0 : 1, int32_t(has_bots), int32_t(Kind::int32)}) { out.put(number); }
        if (!puuids.empty()) {
            out.put(int32_t(puuids.size()));
            out.put(int32_t(1));
        }
        for (auto puuid : puuids) { put_number(out, puuid); }
        out.patch(start, int32_t(out.size() - start - 4));
    }

    /// Replaces what was put by the numbers that the players have now.
    void settle() {
        for (const auto &number : numbers) { number.buffer->patch(number.offset, all[number.player].id); }
    }

    static bool is_bot(std::string_view puuid) { return puuid == "BOT"; }

    size_t place(std::string_view puuid) {
        auto [entry, is_new] = places.try_emplace(std::string(puuid), all.size());
        if (is_new) { all.push_back(Player{.puuid = std::string(puuid)}); }
        return entry->second;
    }

private:
    struct Number {
        CopyBuffer *buffer;
        size_t offset, player;
    };
    std::map<std::string, size_t, std::less<>> places;
    std::vector<Number> numbers;
};
