// Bytes in PostgreSQL's binary forms: arrays, and the data of COPY … FROM STDIN (FORMAT binary).
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

/// What this program does about everything that it does not expect: it ends, and says why.
[[noreturn]] inline void refuse(const std::string &reason) { throw std::runtime_error(reason); }

/// The types of columns, and of the elements of array columns; the numbers are those of `pg_type`.
enum class Kind : uint32_t { boolean = 16, bytea = 17, int64 = 20, int16 = 21, int32 = 23, text = 25, real = 700 };

/// Memory that grows and is kept when it is emptied.
class ByteBuffer {
public:
    const char *data() const { return memory.get(); }
    size_t size() const { return used; }
    void clear() { used = 0; }

    /// The place of the next `bytes`, which the caller fills.
    char *extend(size_t bytes) {
        if (capacity - used < bytes) { grow(bytes); }
        used += bytes;
        return memory.get() + used - bytes;
    }

    /// A number in network order.
    template <std::integral Number> void put(Number value) { store(extend(sizeof value), value); }

    void put(std::string_view bytes) { std::memcpy(extend(bytes.size()), bytes.data(), bytes.size()); }

    /// Replaces a number that was put before.
    template <std::integral Number> void patch(size_t offset, Number value) { store(memory.get() + offset, value); }

private:
    std::unique_ptr<char[]> memory;
    size_t used = 0;
    size_t capacity = 0;

    template <std::integral Number> static void store(char *place, Number value) {
        if constexpr (sizeof value == 8) { value = Number(__builtin_bswap64(uint64_t(value))); }
        if constexpr (sizeof value == 4) { value = Number(__builtin_bswap32(uint32_t(value))); }
        if constexpr (sizeof value == 2) { value = Number(__builtin_bswap16(uint16_t(value))); }
        std::memcpy(place, &value, sizeof value);
    }

    void grow(size_t bytes) {
        capacity = std::max(capacity * 2, used + bytes + 256);
        std::unique_ptr<char[]> larger(new char[capacity]);
        if (used > 0) { std::memcpy(larger.get(), memory.get(), used); }
        memory = std::move(larger);
    }
};

/// A value of a column on its way from a body to a row.
struct Value {
    bool is_null = true;
    int64_t integer = 0;
    float real = 0;
    std::string_view text{};

    static Value of(int64_t integer) { return Value{.is_null = false, .integer = integer}; }
    static Value of(std::string_view text) { return Value{.is_null = false, .text = text}; }

    /// The integer as one of a narrower column.
    template <std::integral Number> Number narrowed() const {
        if (integer < std::numeric_limits<Number>::min() || integer > std::numeric_limits<Number>::max()) {
            refuse(std::to_string(integer) + " does not fit its column");
        }
        return Number(integer);
    }
};

/// Puts a value that is not null, its length before it, as elements of arrays and fields of rows have it.
inline void put_value(ByteBuffer &buffer, Kind kind, const Value &value) {
    switch (kind) {
    case Kind::boolean:
        buffer.put(int32_t(1));
        buffer.put(int8_t(value.integer));
        break;
    case Kind::int16:
        buffer.put(int32_t(2));
        buffer.put(value.narrowed<int16_t>());
        break;
    case Kind::int32:
        buffer.put(int64_t(4) << 32 | uint32_t(value.narrowed<int32_t>()));
        break;
    case Kind::int64:
        buffer.put(int32_t(8));
        buffer.put(value.integer);
        break;
    case Kind::real:
        buffer.put(int64_t(4) << 32 | std::bit_cast<uint32_t>(value.real));
        break;
    case Kind::text:
    case Kind::bytea:
        buffer.put(int32_t(value.text.size()));
        buffer.put(value.text);
        break;
    }
}

/// An array that grows element by element.
class ArrayBuffer {
public:
    explicit ArrayBuffer(Kind kind) : kind(kind) {}

    int32_t count = 0;

    void clear() {
        elements.clear();
        count = 0;
        has_null = false;
    }
    void append_null() {
        elements.put(int32_t(-1));
        has_null = true;
        count++;
    }
    void append(const Value &value) {
        put_value(elements, kind, value);
        count++;
    }
    void append(int64_t integer) { append(Value::of(integer)); }

    /// Fills up with null until there are `length` elements.
    void pad(int32_t length) {
        while (count < length) { append_null(); }
    }

    /// Writes the array without its own length, as a parameter of a statement is; `array_recv` reads it.
    void write(ByteBuffer &out) const {
        out.put(int32_t(count == 0 ? 0 : 1));
        out.put(int32_t(has_null));
        out.put(uint32_t(kind));
        if (count == 0) { return; }
        out.put(count);
        out.put(int32_t(1));
        out.put(std::string_view(elements.data(), elements.size()));
    }
    int32_t bytes() const { return count == 0 ? 12 : int32_t(20 + elements.size()); }

private:
    Kind kind;
    ByteBuffer elements;
    bool has_null = false;
};

/// The rows for one table.
class CopyBuffer : public ByteBuffer {
public:
    int rows = 0;

    void begin() {
        clear();
        rows = 0;
        put(std::string_view("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19));
    }
    void end() { put(int16_t(-1)); }
    void row(size_t columns) {
        put(int16_t(columns));
        rows++;
    }
    void null() { put(int32_t(-1)); }
    void field(Kind kind, const Value &value) { value.is_null ? null() : put_value(*this, kind, value); }
    void int16(int64_t value) { put_value(*this, Kind::int16, Value::of(value)); }
    void int32(int64_t value) { put_value(*this, Kind::int32, Value::of(value)); }
    void boolean(bool value) { put_value(*this, Kind::boolean, Value::of(int64_t(value))); }
    void text(std::string_view value) { put_value(*this, Kind::text, Value::of(value)); }

    /// A time from milliseconds since 1970, 0 for null; returns where it stands.
    size_t time(int64_t milliseconds) {
        if (milliseconds == 0) {
            null();
        } else {
            put_value(*this, Kind::int64, Value::of(postgres_time(milliseconds)));
        }
        return size() - 8;
    }
    /// Microseconds since 2000.
    static int64_t postgres_time(int64_t milliseconds) { return (milliseconds - 946'684'800'000) * 1000; }

    void json(std::string_view value) {
        if (value.empty()) { return null(); }
        put(int32_t(value.size() + 1));
        put(int8_t(1));  // the version of jsonb's binary form
        put(value);
    }
    void array(const ArrayBuffer &value) {
        put(value.bytes());
        value.write(*this);
    }
    /// An array that is filled up with null to `length` elements; null when it has none.
    void padded(ArrayBuffer &value, int32_t length) {
        if (value.count == 0) { return null(); }
        value.pad(length);
        array(value);
    }
};
