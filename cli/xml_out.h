/* xml_out.h - names and texts of strangers as SVG and HTML may hold them; and
 * sizes as people read them. */
#ifndef TN_CLI_XML_OUT_H
#define TN_CLI_XML_OUT_H

#include <stdint.h>
#include <stdio.h>

/* For elements and for attributes in double quotes. Control characters are
 * written as \xx; a byte that is none of a character as U+FFFD. */
void xml_text(FILE *out, const char *text);
/* "64 KiB", "1,000 bytes". */
void describe_bytes(uint64_t bytes, char *out, size_t room);

#endif
