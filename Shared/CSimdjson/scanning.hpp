#pragma once

#include <cstdint>
#include <cstring>

/// Scanning of tokens in padded memory: the padding (a space and zeros) stops every loop.
namespace scanning {

inline bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

inline bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

/// Whether a number or a literal may end before `at`.
inline bool ends_scalar(const uint8_t *at, const uint8_t *text_end) {
    return is_space(*at) || *at == ',' || *at == ']' || *at == '}' || at == text_end;
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

/// Reads a number that is nothing but one to eight digits, all of them at once; false when it is anything else.
///
/// - `length`: bytes up to the next token.
__attribute__((always_inline)) inline bool scan_short_integer(const uint8_t *at, size_t length, uint64_t &value) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (length - 1 > 7 || (*at == '0' && length > 1)) { return false; }
    uint64_t word;
    std::memcpy(&word, at, 8);
    // The first digit is the lowest byte: zeros are put before it, and what follows the number falls out.
    constexpr uint64_t zeros = 0x3030303030303030u;
    size_t bits = length * 8;
    word = word << (64 - bits) | (bits == 64 ? 0 : zeros >> bits);
    // A digit is 0x30 to 0x39: its high half is 3, and still is when 6 is added.
    constexpr uint64_t halves = 0xF0F0F0F0F0F0F0F0u;
    if ((word & halves) != zeros || ((word + 0x0606060606060606u) & halves) != zeros) { return false; }
    // Pairs of digits become numbers of two digits, then of four, then of eight.
    word = (word & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
    word = (word & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
    value = (word & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
    return true;
#else
    (void)at, (void)length, (void)value;
    return false;
#endif
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
