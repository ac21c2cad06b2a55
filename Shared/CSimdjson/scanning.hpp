#pragma once

#include <cstdint>
#include <cstring>

/// Scanning of tokens in padded memory: the padding (zeros) stops every loop.
namespace scanning {

inline bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

inline bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

/// Whether a number or a literal may end before `at`.
inline bool ends_scalar(const uint8_t *at, const uint8_t *text_end) {
    return is_space(*at) || *at == ',' || *at == ']' || *at == '}' || at == text_end;
}

inline const uint8_t *skip_spaces(const uint8_t *at) {
    while (is_space(*at)) { at++; }
    return at;
}

/// The next quote or backslash. simdjson has made sure that every string is closed.
inline const uint8_t *find_quote_or_backslash(const uint8_t *at) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    constexpr uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    for (;; at += 8) {
        uint64_t word;
        std::memcpy(&word, at, 8);
        uint64_t quote = word ^ (ones * '"'), backslash = word ^ (ones * '\\');
        // The lowest set bit marks the first zero byte exactly (borrows disturb only the bytes above it).
        uint64_t found = (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & tops;
        if (found != 0) { return at + (__builtin_ctzll(found) >> 3); }
    }
#else
    while (*at != '"' && *at != '\\') { at++; }
    return at;
#endif
}

/// The byte after a string whose opening quote is at `quote`.
inline const uint8_t *skip_string(const uint8_t *quote) {
    const uint8_t *at = find_quote_or_backslash(quote + 1);
    while (*at == '\\') { at = find_quote_or_backslash(at + 2); }
    return at + 1;
}

/// A number of RFC 8259, section 6.
struct Number {
    const uint8_t *end = nullptr;  // nullptr: not a number
    bool is_integer = false;       // and fits into int64_t
    int64_t integer = 0;
};

__attribute__((always_inline)) inline Number scan_number(const uint8_t *at, const uint8_t *text_end) {
    Number number;
    bool negative = *at == '-';
    if (negative) { at++; }
    const uint8_t *digits = at;
    uint64_t magnitude = 0;
    for (; is_digit(*at); at++) { magnitude = magnitude * 10 + uint64_t(*at - '0'); }
    if (at == digits || (*digits == '0' && at - digits > 1)) { return number; }
    bool whole = true;
    if (*at == '.') {
        whole = false;
        const uint8_t *fraction = ++at;
        while (is_digit(*at)) { at++; }
        if (at == fraction) { return number; }
    }
    if (*at == 'e' || *at == 'E') {
        whole = false;
        at++;
        if (*at == '+' || *at == '-') { at++; }
        const uint8_t *exponent = at;
        while (is_digit(*at)) { at++; }
        if (at == exponent) { return number; }
    }
    if (!ends_scalar(at, text_end)) { return number; }
    number.end = at;
    // 19 digits do not overflow 64 bits. "-0" is a double: as an integer it would lose its sign.
    number.is_integer = whole && at - digits <= 19 && magnitude <= uint64_t(INT64_MAX) + (negative ? 1 : 0)
        && !(negative && magnitude == 0);
    number.integer = int64_t(negative ? 0 - magnitude : magnitude);
    return number;
}

/// Value of four hexadecimal digits, or -1.
inline int32_t scan_hex4(const uint8_t *at) {
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t byte = at[i], lower = byte | 0x20;
        if (is_digit(byte)) {
            value = value << 4 | (byte - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            value = value << 4 | (lower - 'a' + 10);
        } else {
            return -1;
        }
    }
    return value;
}

inline uint8_t *put_utf8(uint8_t *to, uint32_t scalar) {
    if (scalar < 0x80) {
        *to++ = uint8_t(scalar);
    } else if (scalar < 0x800) {
        *to++ = uint8_t(0xC0 | scalar >> 6);
        *to++ = uint8_t(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *to++ = uint8_t(0xE0 | scalar >> 12);
        *to++ = uint8_t(0x80 | (scalar >> 6 & 0x3F));
        *to++ = uint8_t(0x80 | (scalar & 0x3F));
    } else {
        *to++ = uint8_t(0xF0 | scalar >> 18);
        *to++ = uint8_t(0x80 | (scalar >> 12 & 0x3F));
        *to++ = uint8_t(0x80 | (scalar >> 6 & 0x3F));
        *to++ = uint8_t(0x80 | (scalar & 0x3F));
    }
    return to;
}

/// Replaces the escape at `at` (a backslash) and moves both pointers; false if it is none of RFC 8259, section 7.
///
/// Half a surrogate pair becomes U+FFFD, as in a JavaScript engine that writes such a string out as UTF-8.
inline bool unescape(const uint8_t *&at, uint8_t *&to) {
    uint8_t kind = at[1];
    if (kind != 'u') {
        static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
        const void *found = kind == 0 ? nullptr : std::memchr(names, kind, 8);
        if (found == nullptr) { return false; }
        *to++ = uint8_t(bytes[static_cast<const char *>(found) - names]);
        at += 2;
        return true;
    }
    int32_t unit = scan_hex4(at + 2);
    if (unit < 0) { return false; }
    at += 6;
    uint32_t scalar = uint32_t(unit);
    if (unit >= 0xD800 && unit < 0xE000) {
        scalar = 0xFFFD;
        int32_t low = unit < 0xDC00 && at[0] == '\\' && at[1] == 'u' ? scan_hex4(at + 2) : -1;
        if (low >= 0xDC00 && low < 0xE000) {
            scalar = 0x10000 + (uint32_t(unit - 0xD800) << 10) + uint32_t(low - 0xDC00);
            at += 6;
        }
    }
    to = put_utf8(to, scalar);
    return true;
}

}  // namespace scanning
