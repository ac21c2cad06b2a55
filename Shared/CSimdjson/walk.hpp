#pragma once

#include <simdjson.h>

#include <cstdlib>
#include <cstring>

#include "csimdjson.h"
#include "faults.hpp"
#include "keys.hpp"
#include "scanning.hpp"

/// simdjson's first stage: where brackets, commas and colons are, and where scalars begin. It is what its On-Demand
/// parser walks as well, without the second stage, which refuses numbers and surrogates that real bodies hold.
using TokenIndex = simdjson::internal::dom_parser_implementation;

/// Walks one text and fills one document.
///
/// The walk goes over simdjson's index of tokens itself, because its On-Demand iterators cost twice as much as the rest
/// (they keep room for skipping, and every value of a body is wanted). simdjson answers for UTF-8, control characters
/// and quotes; the order of tokens, numbers, literals and escapes are checked here against RFC 8259.
class Walk {
public:
    Walk(csimdjson_document &document, const csimdjson_keys *keys, uint32_t depth_limit)
        : document(document), input(document.input), text_end(document.input + document.input_length), keys(keys),
          depth_limit(depth_limit) {}

    int code = csimdjson_ok;
    size_t error_offset = 0;

    bool run(TokenIndex &index) {
        auto error = index.stage1(input, document.input_length, simdjson::stage1_mode::regular);
        if (error) { return refuse_text(error); }
        // After the last token, simdjson has put the length of the text: there stands the padding's first byte, a space,
        // which begins no value, so that no loop goes further.
        token = index.structural_indexes.get();
        if (!reserve_entries(index.n_structural_indexes / 4 + 16)) { return false; }
        if (!walk_value(take(), 0, Key())) { return false; }
        document.entry_count = size_t(entry - document.entries);
        const uint8_t *rest = take();
        return rest == text_end ? true : fail(csimdjson_trailing_content, rest);
    }

private:
    struct Key {
        uint16_t id = CSIMDJSON_NO_KEY;
        uint8_t flags = 0;
        uint32_t start = 0;
    };

    csimdjson_document &document;
    const uint8_t *const input;
    const uint8_t *const text_end;
    const csimdjson_keys *const keys;
    const uint32_t depth_limit;
    const uint32_t *token = nullptr;         // the next one's place in the index
    csimdjson_entry *entry = nullptr;        // the next one
    csimdjson_entry *entries_end = nullptr;  // after the last one that there is room for
    uint8_t *strings_end = nullptr;          // in document.strings; nullptr: nothing is reserved there yet

    const uint8_t *take() { return input + *token++; }

    bool fail(int reason, const uint8_t *at) {
        code = reason;
        error_offset = size_t(at - input);
        return false;
    }

    bool refuse_text(simdjson::error_code error) {
        if (error == simdjson::MEMALLOC) { return fail(csimdjson_out_of_memory, input); }
        if (error == simdjson::EMPTY) { return fail(csimdjson_empty, input); }
        auto fault = faults::find(input, document.input_length);
        return fail(fault.code, input + fault.offset);
    }

    bool refuse_token(const uint8_t *at) {
        return fail(at >= text_end ? csimdjson_unclosed_container : csimdjson_unexpected_character, at);
    }

    // MARK: Values

    // What is done for every value is inlined, so that its key stays in registers: put together in memory and read as one
    // word again, it would cost as much as everything else.
    inline __attribute__((always_inline)) bool walk_value(const uint8_t *at, uint32_t depth, Key key) {
        switch (*at) {
        case '{': return walk_object(at, depth, key);
        case '[': return walk_array(at, depth, key);
        case '"': return walk_string(at, key);
        case 't': return walk_literal(at, "true", 4, csimdjson_bool, 1, key);
        case 'f': return walk_literal(at, "false", 5, csimdjson_bool, 0, key);
        case 'n': return walk_literal(at, "null", 4, csimdjson_null, 0, key);
        default:
            if (*at == '-' || scanning::is_digit(*at)) { return walk_number(at, key); }
            return refuse_token(at);
        }
    }

    bool walk_object(const uint8_t *at, uint32_t depth, Key key) {
        if (depth == depth_limit) { return fail(csimdjson_too_deep, at); }
        size_t index = size_t(entry - document.entries);
        if (!append(csimdjson_object, key, at, at, 0)) { return false; }
        uint64_t count = 0;
        const uint8_t *next = take();
        if (*next != '}') {
            while (true) {
                Key name;
                if (*next != '"') { return refuse_token(next); }
                if (!read_key(next + 1, name)) { return false; }
                const uint8_t *colon = take();
                if (*colon != ':') { return refuse_token(colon); }
                if (!walk_value(take(), depth + 1, name)) { return false; }
                count++;
                next = take();
                if (*next == '}') { break; }
                if (*next != ',') { return refuse_token(next); }
                next = take();
            }
        }
        close(index, next, count);
        return true;
    }

    bool walk_array(const uint8_t *at, uint32_t depth, Key key) {
        if (depth == depth_limit) { return fail(csimdjson_too_deep, at); }
        size_t index = size_t(entry - document.entries);
        if (!append(csimdjson_array, key, at, at, 0)) { return false; }
        uint64_t count = 0;
        const uint8_t *next = take();
        if (*next != ']') {
            while (true) {
                if (!walk_value(next, depth + 1, Key())) { return false; }
                count++;
                next = take();
                if (*next == ']') { break; }
                if (*next != ',') { return refuse_token(next); }
                next = take();
            }
        }
        close(index, next, count);
        return true;
    }

    inline __attribute__((always_inline)) bool walk_literal(const uint8_t *at, const char *text, size_t length, uint8_t kind, uint64_t value, Key key) {
        if (std::memcmp(at, text, length) != 0 || !scanning::ends_scalar(at + length, text_end)) {
            return fail(csimdjson_invalid_literal, at);
        }
        return append(kind, key, at, at + length, value);
    }

    inline __attribute__((always_inline)) bool walk_number(const uint8_t *at, Key key) {
        const uint8_t *next = input + *token;
        uint64_t digits;
        if (scanning::scan_short_integer(at, size_t(next - at), digits) && scanning::ends_scalar(next, text_end)) {
            return append(csimdjson_integer, key, at, next, digits);
        }
        return walk_any_number(at, key);
    }

    bool walk_any_number(const uint8_t *at, Key key) {
        scanning::Number number = scanning::scan_number(at, text_end);
        if (number.end == nullptr) { return fail(csimdjson_invalid_number, at); }
        if (number.is_integer) { return append(csimdjson_integer, key, at, number.end, uint64_t(number.integer)); }
        double nearest = 0;
        bool is_finite = simdjson::builtin::numberparsing::parse_double(at).get(nearest) == simdjson::SUCCESS;
        uint64_t bits;
        std::memcpy(&bits, &nearest, sizeof bits);
        return append(is_finite ? csimdjson_number : csimdjson_overflow, key, at, number.end, bits);
    }

    inline __attribute__((always_inline)) bool walk_string(const uint8_t *at, Key key) {
        const uint8_t *end = scanning::find_quote_or_backslash(at + 1);
        if (*end == '"') {
            return append(
                csimdjson_string, key, at, end + 1, uint64_t(at + 1 - input) | uint64_t(end - at - 1) << 32);
        }
        return walk_escaped_string(at, end, key);
    }

    bool walk_escaped_string(const uint8_t *at, const uint8_t *end, Key key) {
        uint8_t *text = nullptr;
        if (!unescape_string(at + 1, end, text)) { return false; }
        key.flags |= CSIMDJSON_TEXT_UNESCAPED;
        return append(
            csimdjson_string, key, at, end + 1,
            uint64_t(text - document.strings) | uint64_t(strings_end - text) << 32);
    }

    // MARK: Keys and escapes

    /// Reads a key whose opening quote is before `name`; the next token is what should be its colon.
    inline __attribute__((always_inline)) bool read_key(const uint8_t *name, Key &key) {
        key.flags = CSIMDJSON_HAS_KEY;
        key.start = uint32_t(name - input);
        // Without spaces, the closing quote stands before the colon. No name of the table holds a quote or a backslash,
        // so a name that is found there is the whole key.
        const uint8_t *quote = input + *token - 1;
        if (keys != nullptr && quote > name && *quote == '"') {
            key.id = keys->find(name, size_t(quote - name));
            if (key.id != CSIMDJSON_NO_KEY) { return true; }
        }
        return read_any_key(name, key);
    }

    bool read_any_key(const uint8_t *name, Key &to) {
        Key key = to;
        const uint8_t *end = scanning::find_quote_or_backslash(name);
        const uint8_t *text = name;
        size_t length = size_t(end - name);
        if (*end == '\\') {
            if (!reserve_strings(name)) { return false; }
            uint8_t *prefix = strings_end;
            strings_end += 4;
            uint8_t *unescaped = nullptr;
            if (!unescape_string(name, end, unescaped)) { return false; }
            uint32_t size = uint32_t(strings_end - unescaped);
            std::memcpy(prefix, &size, 4);
            key.flags |= CSIMDJSON_KEY_UNESCAPED;
            key.start = uint32_t(prefix - document.strings);
            text = unescaped;
            length = size;
        }
        if (keys != nullptr) { key.id = keys->find(text, length); }
        to = key;
        return true;
    }

    /// Copies a string with its escapes replaced, from `from` to the closing quote, at which it leaves `at`.
    ///
    /// - `at`: in: the first backslash. - `text`: out: where the copy begins.
    bool unescape_string(const uint8_t *from, const uint8_t *&at, uint8_t *&text) {
        if (!reserve_strings(from)) { return false; }
        text = strings_end;
        while (true) {
            std::memcpy(strings_end, from, size_t(at - from));
            strings_end += at - from;
            if (*at == '"') { return true; }
            const uint8_t *backslash = at;
            if (!scanning::unescape(at, strings_end)) { return fail(csimdjson_invalid_escape, backslash); }
            from = at;
            at = scanning::find_quote_or_backslash(at);
        }
    }

    // MARK: Memory

    inline __attribute__((always_inline)) bool append(int kind, Key key, const uint8_t *start, const uint8_t *end, uint64_t value) {
        if (entry == entries_end && !reserve_entries(document.entry_capacity * 2)) { return false; }
        *entry++ = csimdjson_entry{
            uint8_t(kind), key.flags, key.id, key.start, uint32_t(start - input), uint32_t(end - input), value};
        return true;
    }

    /// Completes a container's entry: `bracket` closes it.
    void close(size_t index, const uint8_t *bracket, uint64_t count) {
        csimdjson_entry &container = document.entries[index];
        container.end = uint32_t(bracket + 1 - input);
        container.value = count | uint64_t(entry - document.entries) << 32;
    }

    /// Makes room for `capacity` entries and keeps those that are there.
    bool reserve_entries(size_t capacity) {
        size_t count = entry == nullptr ? 0 : size_t(entry - document.entries);
        if (document.entry_capacity < capacity) {
            void *memory = std::realloc(document.entries, capacity * sizeof(csimdjson_entry));
            if (memory == nullptr) { return fail(csimdjson_out_of_memory, input); }
            document.entries = static_cast<csimdjson_entry *>(memory);
            document.entry_capacity = capacity;
        }
        entry = document.entries + count;
        entries_end = document.entries + document.entry_capacity;
        return true;
    }

    /// Text never grows when its escapes are replaced, and a key's length takes no more than its quotes, colon and one
    /// byte saved by an escape: so as many bytes as the input has are always enough.
    bool reserve_strings(const uint8_t *at) {
        if (strings_end != nullptr) { return true; }
        size_t needed = document.input_length + simdjson::SIMDJSON_PADDING;
        if (document.strings_capacity < needed) {
            std::free(document.strings);
            document.strings = static_cast<uint8_t *>(std::malloc(needed));
            document.strings_capacity = document.strings == nullptr ? 0 : needed;
        }
        strings_end = document.strings;
        return strings_end != nullptr ? true : fail(csimdjson_out_of_memory, at);
    }
};
