#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "csimdjson.h"

/// An open-addressing table from names to their positions. It is filled once and then only read, by any thread.
struct csimdjson_keys {
    struct Slot {
        uint32_t offset = 0;
        uint32_t length = 0;
        uint16_t id = CSIMDJSON_NO_KEY;
    };

    std::vector<uint8_t> text;  // the names, and 8 bytes that a load may read beyond the last
    std::vector<Slot> slots;    // a power of two, at most a quarter full
    size_t mask = 0;

    /// Reads up to 8 bytes beyond `name`, which therefore must lie in padded memory.
    static uint64_t hash(const uint8_t *name, size_t length) {
        uint64_t head, tail;
        std::memcpy(&head, name, 8);
        if (length >= 8) {
            std::memcpy(&tail, name + length - 8, 8);
        } else {
            head &= (uint64_t(1) << (length * 8)) - 1;
            tail = length;
        }
        uint64_t mixed = (head ^ (tail * 0x9E3779B97F4A7C15u) ^ length) * 0xD6E8FEB86659FD93u;
        return mixed ^ (mixed >> 32);
    }

    /// Compares by words: both texts lie in padded memory, and names are too short for a call to pay.
    static bool equal(const uint8_t *one, const uint8_t *other, size_t length) {
        uint64_t a, b;
        for (; length >= 8; length -= 8, one += 8, other += 8) {
            std::memcpy(&a, one, 8);
            std::memcpy(&b, other, 8);
            if (a != b) { return false; }
        }
        std::memcpy(&a, one, 8);
        std::memcpy(&b, other, 8);
        return ((a ^ b) & ((uint64_t(1) << (length * 8)) - 1)) == 0;
    }

    uint16_t find(const uint8_t *name, size_t length) const {
        for (size_t at = hash(name, length) & mask;; at = (at + 1) & mask) {
            const Slot &slot = slots[at];
            if (slot.id == CSIMDJSON_NO_KEY) { return CSIMDJSON_NO_KEY; }
            if (slot.length == length && equal(text.data() + slot.offset, name, length)) { return slot.id; }
        }
    }

    csimdjson_keys(const uint8_t *bytes, const uint32_t *lengths, size_t count) {
        size_t total = 0;
        for (size_t id = 0; id < count; id++) { total += lengths[id]; }
        text.resize(total + 8);
        if (total > 0) { std::memcpy(text.data(), bytes, total); }
        size_t capacity = 8;
        while (capacity < count * 4) { capacity *= 2; }
        slots.resize(capacity);
        mask = capacity - 1;
        uint32_t offset = 0;
        for (size_t id = 0; id < count; id++) {
            size_t at = hash(text.data() + offset, lengths[id]) & mask;
            while (slots[at].id != CSIMDJSON_NO_KEY) { at = (at + 1) & mask; }
            slots[at] = Slot{offset, lengths[id], uint16_t(id)};
            offset += lengths[id];
        }
    }
};
