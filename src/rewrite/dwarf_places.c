/* dwarf_places.c - where addresses of code went.
 *
 * What lies in one body moves with it. Where something in the body became
 * longer, it is read beside what it was, once, and of each place from which on
 * the distance is another one a note is kept: the first byte of an instruction
 * is found exactly. */
#include "mod/instr.h"
#include "rewrite/dwarf.h"

static const struct tn_rw_input *dwarf_input(const struct tn_rw_dwarf *d)
{
    return &d->rw->inputs[d->input];
}

uint64_t tn_rw_dwarf_tombstone(const struct tn_rw_reader *r, unsigned less)
{
    return (r->address_size == 4 ? UINT32_MAX : UINT64_MAX) - less;
}

/* ------------------------------------------------------------ inside of bodies */

/* Counts what moved, and puts it where `out` is not null. False if the body
 * cannot be read. */
static bool read_growth(const struct tn_rw_dwarf *d, uint32_t body,
                        struct tn_rw_growth *out, uint32_t *count)
{
    struct tn_rw_body_pair pair = tn_rw_pair_bodies(d->rw, d->input, body);
    struct tn_instr in;
    uint32_t by = 0;
    *count = 0;
    for (;;) {
        uint32_t at = (uint32_t)(pair.old.at - pair.old_begin);
        uint32_t now = (uint32_t)(pair.now.at - pair.now_begin);
        if (now - at != by) {
            by = now - at;
            if (out != NULL)
                out[*count] = (struct tn_rw_growth){at, by};
            ++*count;
        }
        if (tn_cursor_left(&pair.old) == 0)
            return !pair.old.failed && !pair.now.failed;
        if (!tn_instr_read(&pair.old, &in) || !tn_instr_read(&pair.now, &in))
            return false;
    }
}

static const struct tn_rw_grown *grown_body(struct tn_rw_dwarf *d,
                                            uint32_t body)
{
    const struct tn_mod *mod = dwarf_input(d)->mod;
    if (d->grown == NULL)
        d->grown = TN_NEW_ARRAY(&d->scratch, struct tn_rw_grown,
                                mod->func_count - mod->func_import_count);
    if (d->grown == NULL)
        return NULL;
    struct tn_rw_grown *grown = &d->grown[body];
    if (grown->at != NULL)
        return grown;
    if (!read_growth(d, body, NULL, &grown->count))
        tn_rw_dwarf_fail(d, "function %u cannot be read",
                         (unsigned)(body + mod->func_import_count));
    grown->at = TN_NEW_ARRAY(&d->scratch, struct tn_rw_growth, grown->count);
    if (grown->at == NULL)
        return NULL;
    (void)read_growth(d, body, grown->at, &grown->count);
    return grown;
}

/* How many bytes further what is at this offset of the body is now. */
static uint32_t growth_at(struct tn_rw_dwarf *d, uint32_t body, uint64_t offset)
{
    const struct tn_rw_grown *grown = grown_body(d, body);
    if (grown == NULL) {
        d->rw->out.failed = true;
        tn_rw_dwarf_fail(d, "out of memory");
        return 0;
    }
    uint32_t low = 0, high = grown->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (grown->at[middle].at <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : grown->at[low - 1].by;
}

/* ------------------------------------------------------------------- addresses */

/* The last body that begins at or before the address; TN_NONE for none. */
static uint32_t find_body_at(struct tn_rw_dwarf *d, const struct tn_mod *mod,
                             uint64_t address)
{
    uint64_t offset =
        address > mod->size ? UINT64_MAX : address + d->code_contents;
    uint32_t count = mod->func_count - mod->func_import_count;
    uint32_t low = 0, high = count;
    if (d->near < count && offset >= mod->bodies[d->near].range.offset &&
        offset - mod->bodies[d->near].range.offset <=
            mod->bodies[d->near].range.size)
        return d->near;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (mod->bodies[middle].range.offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return TN_NONE;
    d->near = low - 1;
    return low - 1;
}

/* The end of a body is an address of it too: ranges and lines end there. */
enum tn_rw_moved tn_rw_dwarf_move(struct tn_rw_reader *r, uint64_t address,
                                  uint64_t *now)
{
    struct tn_rw_dwarf *d = r->d;
    const struct tn_rw_input *input = dwarf_input(d);
    const struct tn_mod *mod = input->mod;
    *now = address;
    if (address == 0 || address >= tn_rw_dwarf_tombstone(r, 1))
        return TN_RW_STAYS;
    uint32_t body = find_body_at(d, mod, address);
    if (body == TN_NONE)
        return TN_RW_STAYS;
    uint64_t begin = mod->bodies[body].range.offset - d->code_contents;
    if (address > mod->size || address - begin > mod->bodies[body].range.size) {
        tn_rw_dwarf_fail(d, "address 0x%llx is in no function",
                         (unsigned long long)address);
        return TN_RW_LOST;
    }
    if (input->body_at[body] == TN_NONE)
        return TN_RW_GONE;
    *now = input->body_at[body] + (address - begin);
    if (input->is_stretched[body])
        *now += growth_at(d, body, address - begin);
    return TN_RW_MOVED;
}

static void fail_apart(struct tn_rw_dwarf *d, uint64_t low, uint64_t high)
{
    tn_rw_dwarf_fail(d,
                     "addresses 0x%llx and 0x%llx are of functions that moved "
                     "apart",
                     (unsigned long long)low, (unsigned long long)high);
}

uint64_t tn_rw_dwarf_distance(struct tn_rw_reader *r, uint64_t low,
                              uint64_t high)
{
    uint64_t now_low, now_high;
    enum tn_rw_moved moved = tn_rw_dwarf_move(r, low, &now_low);
    if (moved == TN_RW_LOST || moved == TN_RW_STAYS)
        return high - low;
    /* No function is as long as that: optimizers that lost an end leave -2,
     * or 0 less the begin. It means nothing, and stays. */
    if (high - low > dwarf_input(r->d)->mod->size)
        return high - low;
    uint32_t body = r->d->near;
    enum tn_rw_moved end = tn_rw_dwarf_move(r, high, &now_high);
    if (end == TN_RW_LOST || (moved == TN_RW_GONE && r->d->near == body))
        return high - low;
    /* Functions of one input stay in their order, and nothing comes between:
     * so what spans several of them goes on to span those. */
    if (end != moved || now_high < now_low)
        fail_apart(r->d, low, high);
    return now_high - now_low;
}

void tn_rw_dwarf_keep(struct tn_rw_reader *r, uint64_t low, uint64_t high)
{
    if (tn_rw_dwarf_distance(r, low, high) != high - low)
        fail_apart(r->d, low, high);
}
