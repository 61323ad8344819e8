/* tn_tools.c - what a module's bytes can be asked without an engine: are they
 * valid, what do they say as text, how would they be written shortest; and
 * text becomes such bytes.
 *
 * Decoding allows every proposal here, but when it validates. */
#include "mod/features.h"
#include "mod/hints.h"
#include "mod/module.h"
#include "text/print.h"
#include "text/wat.h"

tn_status tn_validate(const void *bytes, size_t size, uint64_t features,
                      tn_error *err)
{
    struct tn_mod *mod;
    features = tn_mod_features_chosen(features);
    TN_TRY(tn_mod_decode(bytes, size, features, &tn_alloc_libc, &mod, err));
    struct tn_types *types = tn_types_new(&tn_alloc_libc);
    tn_status status =
        types == NULL ? tn_no_memory(err) : tn_types_intern(types, mod, err);
    if (status == TN_OK)
        status = tn_mod_validate(mod, err);
    tn_mod_free(mod);
    if (types != NULL)
        tn_types_free(types);
    return status;
}

tn_status tn_validate_customs(const void *bytes, size_t size, tn_error *err)
{
    struct tn_mod *mod;
    TN_TRY(tn_mod_decode(bytes, size, UINT64_MAX, &tn_alloc_libc, &mod, err));
    tn_status status = tn_hints_check(mod, err);
    tn_mod_free(mod);
    return status;
}

/* Either of the two that write a module. */
typedef tn_status tn_module_writer(const struct tn_mod *mod, struct tn_buf *out,
                                   tn_error *err);

static tn_status write_module(tn_module_writer *write, tn_bytes module,
                              tn_text *out, tn_error *err)
{
    struct tn_mod *mod;
    struct tn_buf buf;
    *out = (tn_text){NULL, 0};
    TN_TRY(tn_mod_decode(module.at, module.size, UINT64_MAX, &tn_alloc_libc,
                         &mod, err));
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_status status = write(mod, &buf, err);
    tn_mod_free(mod);
    if (status == TN_OK)
        return tn_buf_to_text(&buf, out, err);
    tn_buf_clear(&buf);
    return status;
}

tn_status tn_module_print(const void *bytes, size_t size, tn_text *out,
                          tn_error *err)
{
    return write_module(tn_text_print, (tn_bytes){bytes, size}, out, err);
}

tn_status tn_module_encode(const void *bytes, size_t size, tn_text *out,
                           tn_error *err)
{
    return write_module(tn_mod_encode, (tn_bytes){bytes, size}, out, err);
}

tn_status tn_wat_parse(const char *text, size_t size, tn_text *out,
                       tn_error *err)
{
    struct tn_buf buf;
    *out = (tn_text){NULL, 0};
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_status status = tn_text_parse(text, size, &tn_alloc_libc, &buf, err);
    if (status == TN_OK)
        return tn_buf_to_text(&buf, out, err);
    tn_buf_clear(&buf);
    return status;
}
