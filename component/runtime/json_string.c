// Decodes JSON strings. json_index.c must have found them valid, because nothing is checked here again.
#include "json_string.h"

#include <string.h>

int json_hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint32_t read_hex4(const uint8_t *p) {
  return (uint32_t)(json_hex_digit(p[0]) << 12 | json_hex_digit(p[1]) << 8 | json_hex_digit(p[2]) << 4 |
                    json_hex_digit(p[3]));
}

static uint8_t *write_utf8(uint8_t *out, uint32_t c) {
  if (c < 0x80) {
    *out++ = (uint8_t)c;
  } else if (c < 0x800) {
    *out++ = (uint8_t)(0xc0 | c >> 6);
    *out++ = (uint8_t)(0x80 | (c & 0x3f));
  } else {
    if (c < 0x10000) {
      *out++ = (uint8_t)(0xe0 | c >> 12);
    } else {
      *out++ = (uint8_t)(0xf0 | c >> 18);
      *out++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    }
    *out++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    *out++ = (uint8_t)(0x80 | (c & 0x3f));
  }
  return out;
}

uint32_t json_string_decode(const uint8_t *token, uint32_t token_length, uint8_t *out) {
  static const char escapes[] = "b\bf\fn\nr\rt\t";
  const uint8_t *p = token + 1, *end = token + token_length - 1;
  uint8_t *start = out;
  while (p < end) {
    if (*p != '\\') {
      *out++ = *p++;
      continue;
    }
    p++;
    if (*p != 'u') {
      const char *known = strchr(escapes, *p);
      *out++ = known ? (uint8_t)known[1] : *p;
      p++;
      continue;
    }
    uint32_t c = read_hex4(p + 1);
    p += 5;
    if (c >= 0xd800 && c < 0xdc00 && p + 6 <= end && p[0] == '\\' && p[1] == 'u') {
      uint32_t low = read_hex4(p + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        p += 6;
      }
    }
    if (c >= 0xd800 && c < 0xe000)
      c = 0xfffd;
    out = write_utf8(out, c);
  }
  return (uint32_t)(out - start);
}
