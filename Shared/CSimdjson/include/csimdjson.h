#ifndef RIFTSYNC_CSIMDJSON_H
#define RIFTSYNC_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a tape entry stands for.
enum {
    csimdjson_object = 0,
    csimdjson_array = 1,
    csimdjson_string = 2,
    csimdjson_integer = 3,   // fits into int64_t
    csimdjson_number = 4,    // value is the nearest double
    csimdjson_overflow = 5,  // beyond every double: only its text is of use
    csimdjson_bool = 6,
    csimdjson_null = 7,
};

/// The string's text is in `strings`, because it held escapes; else it is in `input`, `start + 1` onwards.
#define CSIMDJSON_TEXT_UNESCAPED 1
/// The key's text is in `strings` at `key_start`, after four bytes of length; else in `input`, up to the next quote.
#define CSIMDJSON_KEY_UNESCAPED 2
/// The value is a member of an object.
#define CSIMDJSON_HAS_KEY 4
/// `key` of a member whose name is not in the table, and of values that are no members.
#define CSIMDJSON_NO_KEY UINT16_MAX
/// Inputs above this many bytes are refused: offsets on the tape have 32 bits.
#define CSIMDJSON_MAXIMUM_LENGTH ((size_t)1 << 30)
/// The deepest nesting that can be asked for: the walk is recursive.
#define CSIMDJSON_MAXIMUM_DEPTH 512

/// One value. Containers are followed by their children, in order, depth first.
typedef struct {
    uint8_t kind;
    uint8_t flags;
    uint16_t key;
    uint32_t key_start;
    uint32_t start;  // bytes of the value in the input, quotes and brackets included
    uint32_t end;
    uint64_t value;  // bits of int64_t or double; 0 or 1; strings: offset | length << 32;
                     // containers: number of children | index of the entry after the last descendant << 32
} csimdjson_entry;

/// A text and what was parsed of it: a flat list of tokens in the order of the text, which a reader walks like the text
/// itself. It is no tree: nothing is allocated, linked or freed per value, and a reader that skips a container jumps.
///
/// Everything is owned by the document; nothing changes between parsing and the next `csimdjson_document_reserve`.
typedef struct {
    uint8_t *input;
    size_t input_length;
    csimdjson_entry *entries;
    size_t entry_count;
    uint8_t *strings;
    size_t input_capacity;    // bytes of `input`, padding included
    size_t entry_capacity;    // entries that `entries` has room for
    size_t strings_capacity;  // bytes of `strings`
} csimdjson_document;

/// Why a text was refused.
enum {
    csimdjson_ok = 0,
    csimdjson_empty,
    csimdjson_invalid_utf8,
    csimdjson_control_character,
    csimdjson_unclosed_string,
    csimdjson_invalid_escape,
    csimdjson_invalid_number,
    csimdjson_invalid_literal,
    csimdjson_unexpected_character,
    csimdjson_unclosed_container,
    csimdjson_trailing_content,
    csimdjson_too_deep,
    csimdjson_too_large,
    csimdjson_out_of_memory,
};

/// Names that the walk replaces by small integers: their positions in the list given.
typedef struct csimdjson_keys csimdjson_keys;

/// Longer names cannot be in a table.
#define CSIMDJSON_MAXIMUM_KEY_LENGTH 256

/// A table of `count` different names that lie one after the other in `bytes`, each of 1 to 256 bytes and without quotes
/// and backslashes; NULL without memory.
csimdjson_keys *csimdjson_keys_create(const uint8_t *bytes, const uint32_t *lengths, size_t count);
/// The position of a name in the list, or CSIMDJSON_NO_KEY.
uint16_t csimdjson_keys_find(const csimdjson_keys *keys, const uint8_t *name, size_t length);
/// As `csimdjson_keys_find`, of a text that lies in a document, whose memory is padded.
uint16_t csimdjson_keys_find_padded(const csimdjson_keys *keys, const uint8_t *text, size_t length);
void csimdjson_keys_free(csimdjson_keys *keys);

/// An empty document; NULL without memory.
csimdjson_document *csimdjson_document_create(void);
void csimdjson_document_free(csimdjson_document *document);
/// The document that the calling thread has kept, else an empty one; NULL without memory. It is the caller's alone until
/// it is given back or freed. So reading body after body takes no fresh pages from the kernel.
csimdjson_document *csimdjson_document_borrow(void);
/// Keeps the document for the calling thread; frees it when there is one already or it has grown beyond all real bodies.
void csimdjson_document_give_back(csimdjson_document *document);

/// Room for a text of `length` bytes, which the caller then fills; what the document held before is gone. NULL without
/// memory and above CSIMDJSON_MAXIMUM_LENGTH.
uint8_t *csimdjson_document_reserve(csimdjson_document *document, size_t length);
/// Parses the first `length` bytes, at most as many as were reserved. On failure the document must not be read, and
/// `error_offset` says where the text is wrong.
///
/// @param keys may be NULL. @param depth_limit containers inside each other, 1 to CSIMDJSON_MAXIMUM_DEPTH.
int csimdjson_parse(
    csimdjson_document *document, size_t length, const csimdjson_keys *keys, uint32_t depth_limit,
    size_t *error_offset);

/// Name of the instruction set that simdjson chose on this machine ("haswell", "westmere", "arm64", …).
const char *csimdjson_implementation(void);

#ifdef __cplusplus
}
#endif
#endif
