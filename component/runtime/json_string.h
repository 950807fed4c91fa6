// JSON strings and their escapes.
#ifndef JSON_STRING_H
#define JSON_STRING_H

#include <stdint.h>

// Decodes a valid JSON string token, quotes included, to at most token_length bytes of UTF-8; returns their number.
// A lone surrogate becomes U+FFFD, as Go decodes it.
uint32_t json_string_decode(const uint8_t *token, uint32_t token_length, uint8_t *out);

// The value of a hexadecimal digit, or -1.
int json_hex_digit(uint8_t character);

#endif
