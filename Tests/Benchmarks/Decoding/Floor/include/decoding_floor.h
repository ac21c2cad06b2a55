#ifndef RIFTSYNC_DECODING_FLOOR_H
#define RIFTSYNC_DECODING_FLOOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Inflates a gzip body with libdeflate into `text`, whose last 64 bytes are left alone; the size, or 0.
size_t decoding_floor_inflate(const uint8_t *body, size_t length, uint8_t *text, size_t capacity);

/// Reads every value of a JSON text with simdjson's On-Demand parser and adds them up; 0 when it is refused.
///
/// `text` has `capacity` bytes, at least 64 more than `length`.
uint64_t decoding_floor_read(const uint8_t *text, size_t length, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
