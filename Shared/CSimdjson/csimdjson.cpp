#include "csimdjson.h"

#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "faults.hpp"
#include "keys.hpp"
#include "scanning.hpp"

namespace ondemand = simdjson::ondemand;

namespace {

/// A parser with more room than this is not kept between calls.
constexpr size_t kept_capacity = 4 << 20;

/// Walks one text and fills one document.
///
/// simdjson validates lazily: whatever is not asked for is not checked. So every value is visited, and numbers,
/// literals and escapes are checked here against RFC 8259; simdjson answers for UTF-8, control characters, quotes and
/// for the order of brackets, commas and colons.
class Walk {
public:
    Walk(csimdjson_document &document, const csimdjson_keys *keys, uint32_t depth_limit)
        : document(document), keys(keys), depth_limit(depth_limit) {}

    int code = csimdjson_ok;
    size_t error_offset = 0;

    bool run(ondemand::parser &parser) {
        simdjson::padded_string_view text(
            reinterpret_cast<const char *>(document.input), document.input_length,
            document.input_length + simdjson::SIMDJSON_PADDING);
        ondemand::document root;
        if (auto error = parser.iterate(text).get(root)) { return refuse_text(error); }
        const uint8_t *first = scanning::skip_spaces(document.input);
        bool is_container = *first == '{' || *first == '[';
        if (is_container) {
            ondemand::value value;
            if (root.get_value().get(value)) { return refuse_brackets(); }
            if (!walk(value, 0, Key())) { return false; }
        } else if (!walk_scalar(root, first, Key())) {
            return false;
        }
        const uint8_t *rest = scanning::skip_spaces(cursor);
        return rest == text_end() ? true : fail(csimdjson_trailing_content, rest);
    }

private:
    struct Key {
        uint16_t id = CSIMDJSON_NO_KEY;
        uint8_t flags = 0;
        uint32_t start = 0;
    };

    csimdjson_document &document;
    const csimdjson_keys *keys;
    uint32_t depth_limit;
    size_t capacity = 0;                // entries
    uint8_t *strings_end = nullptr;     // in document.strings
    const uint8_t *cursor = nullptr;    // after the token read last

    const uint8_t *text_end() const { return document.input + document.input_length; }

    bool fail(int reason, const uint8_t *at) {
        code = reason;
        error_offset = size_t(at - document.input);
        return false;
    }

    bool refuse_text(simdjson::error_code error) {
        if (error == simdjson::MEMALLOC) { return fail(csimdjson_out_of_memory, document.input); }
        const uint8_t *first = scanning::skip_spaces(document.input);
        if (first >= text_end()) { return fail(csimdjson_empty, document.input); }
        auto fault = faults::find(document.input, document.input_length);
        return fail(fault.code, document.input + fault.offset);
    }

    /// Tells what simdjson stumbled over: the first byte after the token read last.
    bool refuse_structure() {
        const uint8_t *at = scanning::skip_spaces(cursor);
        return fail(at >= text_end() ? csimdjson_unclosed_container : csimdjson_unexpected_character, at);
    }

    /// Tells which part of `, "name" :` is missing after the token read last.
    bool refuse_member(bool needs_comma) {
        const uint8_t *at = scanning::skip_spaces(cursor);
        bool has_comma = *at == ',';
        if (needs_comma && has_comma) { at = scanning::skip_spaces(at + 1); }
        if (needs_comma == has_comma && *at == '"') { at = scanning::skip_spaces(scanning::skip_string(at)); }
        return fail(at >= text_end() ? csimdjson_unclosed_container : csimdjson_unexpected_character, at);
    }

    /// Tells why the text, which begins with a bracket, does not end with its counterpart.
    bool refuse_brackets() {
        auto fault = faults::find_unbalanced(document.input, document.input_length);
        return fail(fault.code, document.input + fault.offset);
    }

    csimdjson_entry *append(uint8_t kind, const uint8_t *start, Key key) {
        if (document.entry_count == capacity) {
            size_t larger = capacity == 0 ? document.input_length / 16 + 16 : capacity * 2;
            void *memory = std::realloc(document.entries, larger * sizeof(csimdjson_entry));
            if (memory == nullptr) {
                fail(csimdjson_out_of_memory, start);
                return nullptr;
            }
            document.entries = static_cast<csimdjson_entry *>(memory);
            capacity = larger;
        }
        csimdjson_entry *entry = &document.entries[document.entry_count++];
        *entry = csimdjson_entry{kind, key.flags, key.id, key.start, uint32_t(start - document.input), 0, 0};
        return entry;
    }

    void close(csimdjson_entry *entry, const uint8_t *end, uint64_t value) {
        entry->end = uint32_t(end - document.input);
        entry->value = value;
        cursor = end;
    }

    bool walk(ondemand::value &value, uint32_t depth, Key key) {
        auto at = reinterpret_cast<const uint8_t *>(value.raw_json_token().data());
        if (*at != '{' && *at != '[') { return walk_scalar(value, at, key); }
        if (depth == depth_limit) { return fail(csimdjson_too_deep, at); }
        size_t index = document.entry_count;
        cursor = at + 1;
        uint32_t count = 0;
        if (append(*at == '{' ? csimdjson_object : csimdjson_array, at, key) == nullptr) { return false; }
        bool walked = *at == '{' ? walk_members(value, depth, count) : walk_elements(value, depth, count);
        if (!walked) { return false; }
        const uint8_t *bracket = scanning::skip_spaces(cursor);
        close(&document.entries[index], bracket + 1, count | uint64_t(document.entry_count) << 32);
        return true;
    }

    bool walk_members(ondemand::value &value, uint32_t depth, uint32_t &count) {
        ondemand::object object;
        if (value.get_object().get(object)) { return depth == 0 ? refuse_brackets() : refuse_structure(); }
        for (auto result : object) {
            ondemand::field field;
            if (std::move(result).get(field)) { return refuse_member(count > 0); }
            Key key;
            if (!read_key(reinterpret_cast<const uint8_t *>(field.key().raw()), key)) { return false; }
            count++;
            if (!walk(field.value(), depth + 1, key)) { return false; }
        }
        return true;
    }

    bool walk_elements(ondemand::value &value, uint32_t depth, uint32_t &count) {
        ondemand::array array;
        if (value.get_array().get(array)) { return depth == 0 ? refuse_brackets() : refuse_structure(); }
        for (auto result : array) {
            ondemand::value element;
            if (std::move(result).get(element)) { return refuse_structure(); }
            count++;
            if (!walk(element, depth + 1, Key())) { return false; }
        }
        return true;
    }

    /// `Source` is `ondemand::value` or, for a text that is one scalar, `ondemand::document`.
    template <typename Source> bool walk_scalar(Source &source, const uint8_t *at, Key key) {
        switch (*at) {
        case '"': return walk_string(source, at, key);
        case 't': return walk_literal(at, "true", 4, csimdjson_bool, 1, key);
        case 'f': return walk_literal(at, "false", 5, csimdjson_bool, 0, key);
        case 'n': return walk_literal(at, "null", 4, csimdjson_null, 0, key);
        default:
            if (*at == '-' || scanning::is_digit(*at)) { return walk_number(source, at, key); }
            return fail(at >= text_end() ? csimdjson_unclosed_container : csimdjson_unexpected_character, at);
        }
    }

    bool walk_literal(const uint8_t *at, const char *text, size_t length, uint8_t kind, uint64_t value, Key key) {
        if (std::memcmp(at, text, length) != 0 || !scanning::ends_scalar(at + length, text_end())) {
            return fail(csimdjson_invalid_literal, at);
        }
        csimdjson_entry *entry = append(kind, at, key);
        if (entry != nullptr) { close(entry, at + length, value); }
        return entry != nullptr;
    }

    template <typename Source> bool walk_number(Source &source, const uint8_t *at, Key key) {
        scanning::Number number = scanning::scan_number(at, text_end());
        if (number.end == nullptr) { return fail(csimdjson_invalid_number, at); }
        csimdjson_entry *entry = append(csimdjson_integer, at, key);
        if (entry == nullptr) { return false; }
        uint64_t bits = uint64_t(number.integer);
        if (!number.is_integer) {
            double nearest = 0;
            bool is_finite = source.get_double().get(nearest) == simdjson::SUCCESS;
            entry->kind = is_finite ? csimdjson_number : csimdjson_overflow;
            std::memcpy(&bits, &nearest, sizeof bits);
        }
        close(entry, number.end, bits);
        return true;
    }

    template <typename Source> bool walk_string(Source &source, const uint8_t *at, Key key) {
        // A string that simdjson skips would be taken for a key if a colon followed it; this one is read.
        (void)source.get_raw_json_string().error();
        csimdjson_entry *entry = append(csimdjson_string, at, key);
        if (entry == nullptr) { return false; }
        const uint8_t *end = scanning::find_quote_or_backslash(at + 1);
        if (*end == '"') {
            close(entry, end + 1, uint64_t(at + 1 - document.input) | uint64_t(end - at - 1) << 32);
            return true;
        }
        uint8_t *text = strings_end;
        if (!unescape_string(at + 1, end, text)) { return false; }
        entry->flags |= CSIMDJSON_TEXT_UNESCAPED;
        close(entry, end + 1, uint64_t(text - document.strings) | uint64_t(strings_end - text) << 32);
        return true;
    }

    bool read_key(const uint8_t *name, Key &key) {
        const uint8_t *end = scanning::find_quote_or_backslash(name);
        const uint8_t *text = name;
        size_t length = size_t(end - name);
        key.flags = CSIMDJSON_HAS_KEY;
        key.start = uint32_t(name - document.input);
        if (*end == '\\') {
            if (!reserve_strings(name)) { return false; }
            uint8_t *prefix = strings_end;
            strings_end += 4;
            uint8_t *unescaped = strings_end;
            if (!unescape_string(name, end, unescaped)) { return false; }
            uint32_t size = uint32_t(strings_end - unescaped);
            std::memcpy(prefix, &size, 4);
            key.flags |= CSIMDJSON_KEY_UNESCAPED;
            key.start = uint32_t(prefix - document.strings);
            text = unescaped;
            length = size;
        }
        if (keys != nullptr) { key.id = keys->find(text, length); }
        cursor = end + 1;
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

    /// Text never grows when its escapes are replaced, and a key's length takes no more than its quotes, colon and one
    /// byte saved by an escape: so as many bytes as the input has are always enough.
    bool reserve_strings(const uint8_t *at) {
        if (document.strings != nullptr) { return true; }
        document.strings = static_cast<uint8_t *>(std::malloc(document.input_length + simdjson::SIMDJSON_PADDING));
        strings_end = document.strings;
        return document.strings != nullptr ? true : fail(csimdjson_out_of_memory, at);
    }
};

/// The calling thread's parser, large enough for `length` bytes; nullptr without memory.
ondemand::parser *thread_parser(size_t length) {
    thread_local std::unique_ptr<ondemand::parser> parser;
    if (!parser || (parser->capacity() > kept_capacity && length <= kept_capacity)) {
        parser.reset(new (std::nothrow) ondemand::parser());
        if (!parser) { return nullptr; }
    }
    size_t capacity = 16 << 10;
    while (capacity < length) { capacity *= 2; }
    if (parser->capacity() < capacity && parser->allocate(capacity) != simdjson::SUCCESS) { return nullptr; }
    return parser.get();
}

}  // namespace

csimdjson_keys *csimdjson_keys_create(const uint8_t *bytes, const uint32_t *lengths, size_t count) {
    try {
        return new csimdjson_keys(bytes, lengths, count);
    } catch (const std::bad_alloc &) { return nullptr; }
}

uint16_t csimdjson_keys_find(const csimdjson_keys *keys, const uint8_t *name, size_t length) {
    if (length == 0 || length > CSIMDJSON_MAXIMUM_KEY_LENGTH) { return CSIMDJSON_NO_KEY; }
    uint8_t padded[CSIMDJSON_MAXIMUM_KEY_LENGTH + 8] = {};
    std::memcpy(padded, name, length);
    return keys->find(padded, length);
}

void csimdjson_keys_free(csimdjson_keys *keys) { delete keys; }

int csimdjson_parse(
    const uint8_t *bytes, size_t length, const csimdjson_keys *keys, uint32_t depth_limit,
    csimdjson_document *document, size_t *error_offset
) {
    *document = csimdjson_document{nullptr, length, nullptr, 0, nullptr};
    *error_offset = 0;
    if (length > CSIMDJSON_MAXIMUM_LENGTH) { return csimdjson_too_large; }
    document->input = static_cast<uint8_t *>(std::malloc(length + simdjson::SIMDJSON_PADDING));
    if (document->input == nullptr) { return csimdjson_out_of_memory; }
    if (length > 0) { std::memcpy(document->input, bytes, length); }
    std::memset(document->input + length, 0, simdjson::SIMDJSON_PADDING);
    ondemand::parser *parser = thread_parser(length);
    if (parser == nullptr) {
        csimdjson_document_free(document);
        return csimdjson_out_of_memory;
    }
    Walk walk(*document, keys, depth_limit < CSIMDJSON_MAXIMUM_DEPTH ? depth_limit : CSIMDJSON_MAXIMUM_DEPTH);
    if (!walk.run(*parser)) {
        *error_offset = walk.error_offset;
        csimdjson_document_free(document);
    }
    return walk.code;
}

void csimdjson_document_free(csimdjson_document *document) {
    std::free(document->input);
    std::free(document->entries);
    std::free(document->strings);
    *document = csimdjson_document{nullptr, 0, nullptr, 0, nullptr};
}

const char *csimdjson_implementation(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}
