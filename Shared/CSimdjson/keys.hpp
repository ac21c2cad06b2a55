#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "csimdjson.h"

/// An open-addressing table from names to their positions. It is filled once and then only read, by any thread.
struct csimdjson_keys {
    /// The first and the last eight bytes of a name, which overlap in short ones: all of most names, and good enough to
    /// hash, because names that share both and their length are few.
    struct Ends {
        uint64_t head = 0;
        uint64_t tail = 0;

        /// Reads up to 8 bytes from `name` on, which therefore must lie in padded memory.
        Ends(const uint8_t *name, size_t length) {
            std::memcpy(&head, name, 8);
            if (length >= 8) {
                std::memcpy(&tail, name + length - 8, 8);
            } else {
                head &= (uint64_t(1) << (length * 8)) - 1;
            }
        }
        Ends() = default;

        uint64_t hash(size_t length) const {
            uint64_t mixed = (head ^ (tail * 0x9E3779B97F4A7C15u) ^ length) * 0xD6E8FEB86659FD93u;
            return mixed ^ (mixed >> 32);
        }
    };

    struct Slot {
        Ends ends;
        uint32_t offset = 0;
        uint16_t length = 0;
        uint16_t id = CSIMDJSON_NO_KEY;
    };

    std::vector<uint8_t> text;  // the names, and 16 bytes that a load may read beyond the last
    std::vector<Slot> slots;    // a power of two, at most half full
    size_t mask = 0;

    /// Reads up to 16 bytes from `name` on, which therefore must lie in padded memory.
    inline __attribute__((always_inline)) uint16_t find(const uint8_t *name, size_t length) const {
        Ends ends(name, length);
        for (size_t at = ends.hash(length) & mask;; at = (at + 1) & mask) {
            const Slot &slot = slots[at];
            if (slot.id == CSIMDJSON_NO_KEY) { return CSIMDJSON_NO_KEY; }
            bool hasEnds = (slot.ends.head ^ ends.head) == 0 && (slot.ends.tail ^ ends.tail) == 0;
            if (hasEnds && slot.length == length && has_middle(slot, name)) { return slot.id; }
        }
    }

    csimdjson_keys(const uint8_t *bytes, const uint32_t *lengths, size_t count) {
        size_t total = 0;
        for (size_t id = 0; id < count; id++) { total += lengths[id]; }
        text.resize(total + 16);
        if (total > 0) { std::memcpy(text.data(), bytes, total); }
        size_t capacity = 8;
        while (capacity < count * 2) { capacity *= 2; }
        slots.resize(capacity);
        mask = capacity - 1;
        uint32_t offset = 0;
        for (size_t id = 0; id < count; id++) {
            Ends ends(text.data() + offset, lengths[id]);
            size_t at = ends.hash(lengths[id]) & mask;
            while (slots[at].id != CSIMDJSON_NO_KEY) { at = (at + 1) & mask; }
            slots[at] = Slot{ends, offset, uint16_t(lengths[id]), uint16_t(id)};
            offset += lengths[id];
        }
    }

private:
    static uint64_t load(const uint8_t *at) {
        uint64_t word;
        std::memcpy(&word, at, 8);
        return word;
    }

    /// Compares what lies between the ends. Up to 32 bytes it does so without a branch on the length, which changes from
    /// name to name and would be guessed wrong at every second one.
    bool has_middle(const Slot &slot, const uint8_t *name) const {
        const uint8_t *own = text.data() + slot.offset;
        size_t length = slot.length;
        for (size_t at = 8; at + 8 < length; at += 8) {
            if (load(own + at) != load(name + at)) { return false; }
        }
        return true;
    }
};
