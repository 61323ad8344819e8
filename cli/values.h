/* values.h - WebAssembly values as people write them.
 *
 * Integers: decimal or 0x.., signed or unsigned (an i32 is -2147483648 to
 * 4294967295), printed signed. Floats: 1.5, -0, 1e9, 0x1.8p3, inf, nan,
 * nan:0x.. (its payload); printed as the shortest text that reads back as the
 * same number. References: only null can be written. */
#ifndef TN_CLI_VALUES_H
#define TN_CLI_VALUES_H

#include <stdio.h>
#include <tenon.h>

/* Why it was refused, or null when `*out` is set. */
const char *value_parse(tn_valkind kind, const char *text, tn_val *out);
void value_print(FILE *out, const tn_val *value);
/* "i32", "funcref". */
const char *value_kind_name(tn_valkind kind);

/* "64m": bytes with k, m, g (powers of 1024); false when it is not that. */
bool parse_size(const char *text, uint64_t *out);
/* "1", "1s", "100ms": to nanoseconds. */
bool parse_duration(const char *text, uint64_t *out);
/* The text of a JSON string, quotes included, in place; `*size` is that of
 * what is left, which may hold zeros. False when it is not a JSON string. */
bool parse_json_string(char *text, size_t *size);

#endif
