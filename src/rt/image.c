/* image.c - the start of memory 0 as a file that instances map.
 *
 * Copying a megabyte of data costs 320 us, mapping an image of it privately
 * 5 us whatever its size, and pages that are only read are shared by all
 * instances. Below 64 KiB the copy is cheaper. */
#include "mod/instr.h"
#include "os/pages.h"
#include "rt/engine.h"

#define IMAGE_MIN_BYTES 65536
#define IMAGE_MAX_WASTE 1048576 /* zeros between segments */

/* The offset of an active segment, if it is one constant. */
static bool constant_offset(const struct tn_mod *mod, struct tn_range range,
                            uint64_t *out)
{
    struct tn_cursor c = {.base = mod->bytes,
                          .at = mod->bytes + range.offset,
                          .end = mod->bytes + range.offset + range.size};
    struct tn_instr i, end;
    if (!tn_instr_read(&c, &i) || !tn_instr_read(&c, &end) ||
        end.op != TN_OP_end)
        return false;
    if (i.op != TN_OP_i32_const && i.op != TN_OP_i64_const)
        return false;
    *out = i.op == TN_OP_i32_const ? (uint32_t)i.of.i : (uint64_t)i.of.i;
    return true;
}

/* How many bytes the image takes; 0: no image. */
static uint64_t image_extent(const struct tn_mod *mod)
{
    if (mod->memory_count == 0 || mod->memory_import_count != 0)
        return 0;
    const struct tn_limits *limits = &mod->memories[0].limits;
    uint64_t size = limits->min << limits->page_log2, total = 0, extent = 0;
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        uint64_t at;
        if (data->mode != TN_SEGMENT_ACTIVE || data->memory_index != 0)
            continue;
        if (!constant_offset(mod, data->offset, &at) || at > size ||
            data->bytes.size > size - at)
            return 0;
        total += data->bytes.size;
        if (at + data->bytes.size > extent)
            extent = at + data->bytes.size;
    }
    bool is_dense = extent - total <= total + IMAGE_MAX_WASTE;
    return total > IMAGE_MIN_BYTES && is_dense ? extent : 0;
}

static int make_image(tn_module *module, uint64_t extent)
{
    const struct tn_mod *mod = module->mod;
    const tn_allocator *alloc = &module->engine->alloc;
    uint64_t page = tn_os_page_size();
    uint64_t bytes = (extent + page - 1) / page * page;
    if (bytes > mod->memories[0].limits.min
                    << mod->memories[0].limits.page_log2)
        return -1;
    uint8_t *copy = TN_ALLOC_ARRAY(alloc, uint8_t, (size_t)bytes);
    if (copy == NULL)
        return -1;
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        uint64_t at = 0;
        if (data->mode != TN_SEGMENT_ACTIVE || data->memory_index != 0 ||
            data->bytes.size == 0)
            continue;
        (void)constant_offset(mod, data->offset, &at);
        memcpy(copy + at, mod->bytes + data->bytes.offset, data->bytes.size);
    }
    int image = tn_os_image_new(copy, (size_t)bytes);
    tn_alloc_free(alloc, copy, (size_t)bytes);
    module->image_bytes = bytes;
    return image;
}

int tn_rt_module_image(tn_module *module)
{
    tn_mutex_lock(&module->engine->lock);
    if (module->image < 0 && !module->has_no_image) {
        uint64_t extent = image_extent(module->mod);
        if (extent != 0)
            module->image = make_image(module, extent);
        module->has_no_image = module->image < 0;
    }
    int image = module->image;
    tn_mutex_unlock(&module->engine->lock);
    return image;
}

#undef IMAGE_MIN_BYTES
#undef IMAGE_MAX_WASTE
