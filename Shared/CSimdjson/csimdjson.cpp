#include "csimdjson.h"

#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "keys.hpp"
#include "walk.hpp"

namespace {

/// A document or an index for texts above this many bytes is not kept between calls.
constexpr size_t kept_length = 4 << 20;

/// The calling thread's index of tokens, large enough for `length` bytes; nullptr without memory.
TokenIndex *thread_index(size_t length) {
    thread_local std::unique_ptr<TokenIndex> index;
    if (index && index->capacity() > kept_length && length <= kept_length) { index.reset(); }
    size_t capacity = 16 << 10;
    while (capacity <= length) { capacity *= 2; }
    if (index && index->capacity() >= capacity) { return index.get(); }
    // simdjson's own second stage, which is not used, is what the depth is for.
    const auto &implementation = simdjson::get_active_implementation();
    if (index ? index->set_capacity(capacity) : implementation->create_dom_parser_implementation(capacity, 1, index)) {
        index.reset();
    }
    return index.get();
}

struct DocumentFree {
    void operator()(csimdjson_document *document) const { csimdjson_document_free(document); }
};

thread_local std::unique_ptr<csimdjson_document, DocumentFree> kept_document;

}  // namespace

csimdjson_keys *csimdjson_keys_create(const uint8_t *bytes, const uint32_t *lengths, size_t count) {
    try {
        return new csimdjson_keys(bytes, lengths, count);
    } catch (const std::bad_alloc &) { return nullptr; }
}

uint16_t csimdjson_keys_find(const csimdjson_keys *keys, const uint8_t *name, size_t length) {
    if (length == 0 || length > CSIMDJSON_MAXIMUM_KEY_LENGTH) { return CSIMDJSON_NO_KEY; }
    uint8_t padded[CSIMDJSON_MAXIMUM_KEY_LENGTH + 16] = {};
    std::memcpy(padded, name, length);
    return keys->find(padded, length);
}

uint16_t csimdjson_keys_find_padded(const csimdjson_keys *keys, const uint8_t *text, size_t length) {
    return length == 0 ? CSIMDJSON_NO_KEY : keys->find(text, length);
}

void csimdjson_keys_free(csimdjson_keys *keys) { delete keys; }

csimdjson_document *csimdjson_document_create(void) { return new (std::nothrow) csimdjson_document(); }

void csimdjson_document_free(csimdjson_document *document) {
    if (document == nullptr) { return; }
    std::free(document->input);
    std::free(document->entries);
    std::free(document->strings);
    delete document;
}

csimdjson_document *csimdjson_document_borrow(void) {
    return kept_document ? kept_document.release() : csimdjson_document_create();
}

void csimdjson_document_give_back(csimdjson_document *document) {
    size_t memory = document->input_capacity + document->strings_capacity;
    bool is_moderate = memory <= 2 * (kept_length + simdjson::SIMDJSON_PADDING)
        && document->entry_capacity <= kept_length / 8;
    if (kept_document || !is_moderate) {
        csimdjson_document_free(document);
    } else {
        kept_document.reset(document);
    }
}

uint8_t *csimdjson_document_reserve(csimdjson_document *document, size_t length) {
    document->entry_count = 0;
    document->input_length = 0;
    if (length > CSIMDJSON_MAXIMUM_LENGTH) { return nullptr; }
    size_t needed = length + simdjson::SIMDJSON_PADDING;
    if (document->input_capacity < needed) {
        std::free(document->input);
        document->input = static_cast<uint8_t *>(std::malloc(needed));
        document->input_capacity = document->input == nullptr ? 0 : needed;
    }
    return document->input;
}

int csimdjson_parse(
    csimdjson_document *document, size_t length, const csimdjson_keys *keys, uint32_t depth_limit,
    size_t *error_offset
) {
    *error_offset = 0;
    document->entry_count = 0;
    document->input_length = length;
    if (length > CSIMDJSON_MAXIMUM_LENGTH) { return csimdjson_too_large; }
    if (document->input_capacity < length + simdjson::SIMDJSON_PADDING) { return csimdjson_out_of_memory; }
    std::memset(document->input + length, 0, simdjson::SIMDJSON_PADDING);
    document->input[length] = ' ';  // simdjson reads a double only up to something that ends it
    TokenIndex *index = thread_index(length);
    if (index == nullptr) { return csimdjson_out_of_memory; }
    Walk walk(*document, keys, depth_limit < CSIMDJSON_MAXIMUM_DEPTH ? depth_limit : CSIMDJSON_MAXIMUM_DEPTH);
    if (!walk.run(*index)) { *error_offset = walk.error_offset; }
    return walk.code;
}

const char *csimdjson_implementation(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}
