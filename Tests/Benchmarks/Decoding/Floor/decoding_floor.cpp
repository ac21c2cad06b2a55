#include "decoding_floor.h"

#include <libdeflate.h>
#include <simdjson.h>

#include <string_view>

using namespace simdjson;

namespace {

uint64_t read(ondemand::value value);

uint64_t read_number(ondemand::value value) {
    int64_t integer;
    double number;
    if (value.get_int64().get(integer) == SUCCESS) { return uint64_t(integer); }
    return value.get_double().get(number) == SUCCESS ? uint64_t(int64_t(number)) : 1;
}

uint64_t read(ondemand::value value) {
    uint64_t sum = 1;
    switch (value.type()) {
    case ondemand::json_type::object:
        for (auto field : value.get_object()) { sum += uint8_t(field.key().raw()[0]) + read(field.value()); }
        return sum;
    case ondemand::json_type::array:
        for (auto element : value.get_array()) { sum += read(element.value()); }
        return sum;
    case ondemand::json_type::string: {
        std::string_view text;
        return value.get_string().get(text) == SUCCESS ? text.size() : 1;
    }
    case ondemand::json_type::number: return read_number(value);
    case ondemand::json_type::boolean: return value.get_bool().value() ? 1 : 0;
    case ondemand::json_type::null: return value.is_null() ? 1 : 0;
    }
    return sum;
}

}  // namespace

size_t decoding_floor_inflate(const uint8_t *body, size_t length, uint8_t *text, size_t capacity) {
    libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    size_t size = 0;
    auto result = libdeflate_gzip_decompress(
        decompressor, body, length, text, capacity - SIMDJSON_PADDING, &size);
    libdeflate_free_decompressor(decompressor);
    return result == LIBDEFLATE_SUCCESS ? size : 0;
}

uint64_t decoding_floor_read(const uint8_t *text, size_t length, size_t capacity) {
    static thread_local ondemand::parser parser;
    try {
        ondemand::document document =
            parser.iterate(padded_string_view(reinterpret_cast<const char *>(text), length, capacity));
        return read(document.get_value());
    } catch (const simdjson_error &) { return 0; }
}
