#pragma once

#include "csimdjson.h"

/// Finds the byte at which a text breaks a rule that simdjson checks for the whole text at once.
namespace faults {

struct Fault {
    int code;
    size_t offset;
};

/// Length of the UTF-8 sequence at `at` (RFC 3629: shortest form, no surrogates, at most U+10FFFF), 0 if it is none.
inline size_t utf8_sequence(const uint8_t *at, size_t available) {
    uint8_t lead = at[0];
    if (lead < 0x80) { return 1; }
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || available < length) { return 0; }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) { return 0; }
    }
    bool overlong = (lead == 0xE0 && at[1] < 0xA0) || (lead == 0xF0 && at[1] < 0x90);
    bool surrogate = lead == 0xED && at[1] >= 0xA0;
    bool beyond = lead == 0xF4 && at[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

/// The first invalid UTF-8, else the first control character in a string, else the string that does not end.
inline Fault find(const uint8_t *text, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t step = utf8_sequence(text + at, length - at);
        if (step == 0) { return {csimdjson_invalid_utf8, at}; }
        at += step;
    }
    bool in_string = false;
    size_t opened = 0;
    for (size_t at = 0; at < length; at++) {
        if (!in_string) {
            if (text[at] == '"') {
                in_string = true;
                opened = at;
            }
        } else if (text[at] < 0x20) {
            return {csimdjson_control_character, at};
        } else if (text[at] == '\\') {
            at++;
        } else if (text[at] == '"') {
            in_string = false;
        }
    }
    if (in_string) { return {csimdjson_unclosed_string, opened}; }
    return {csimdjson_unexpected_character, 0};
}

}  // namespace faults
