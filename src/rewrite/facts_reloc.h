/* facts_reloc.h - relocations as a linker recorded them. */
#ifndef TN_REWRITE_FACTS_RELOC_H
#define TN_REWRITE_FACTS_RELOC_H

#include "rewrite/facts.h"

struct tn_rw_relocs {
    bool has_code; /* a section of relocations of code */
    uint64_t code_count, data_count;
    struct tn_rw_sites code_sites, data_sites; /* if the facts want them */
    const char *why; /* they do not match; null when there are none */
    uint64_t why_at;
};

/* True when `linking` and all relocations are there and match. `out` begins
 * as zeros; its sites are to be cleared, whatever comes of it. */
bool tn_rw_relocs_read(struct tn_rw_facts *facts, struct tn_rw_relocs *out);

#endif
