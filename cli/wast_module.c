/* wast_module.c - modules of a script: made, put through an encoder or a
 * printer on the way, and kept under the script's names. */
#include "wast.h"

#include <stdlib.h>
#include <string.h>

static bool parse_again(struct wast_state *s, const tn_text *text, tn_text *out)
{
    tn_error err = {0};
    tn_status status = tn_module_parse(text->at, text->size, out, &err);
    tn_position at = tn_text_position(text->at, text->size, err.offset);
    return status == TN_OK ||
           because(s, "printed as \"%.*s\", which does not parse: %s",
                   at.size > 200 ? 200 : (int)at.size, at.at, err.text);
}

/* What is judged is the module as it is; a merged one may use more. */
static tn_status judge(struct wast_state *s, tn_bytes module, tn_error *err)
{
    const struct wast_options *options = &s->run->options;
    return options->is_merging || options->through == THROUGH_MERGE
               ? tn_validate(module.at, module.size, options->features, err)
               : TN_OK;
}

static tn_status make_module(struct wast_state *s, tn_bytes module,
                             tn_module **out, tn_error *err)
{
    tn_merged *merged = NULL;
    tn_status status = judge(s, module, err);
    if (status == TN_OK && s->run->options.through == THROUGH_MERGE)
        status = wast_with_strangers(module, &merged, err);
    if (status != TN_OK)
        return status;
    if (merged != NULL)
        module = tn_merged_module(merged);
    status =
        tn_module_new_copy(s->run->engine, module.at, module.size, out, err);
    tn_merged_free(merged);
    return status;
}

/* What decodes, bodies too, must come out of the encoder, and out of the
 * printer and parser. The rest stays as it is: the script wants to see it
 * refused. */
static bool put_through(struct wast_state *s, tn_bytes in, tn_text *out)
{
    tn_error err = {0};
    tn_text text = {NULL, 0};
    bool is_text = s->run->options.through == THROUGH_TEXT;
    *out = (tn_text){NULL, 0};
    if (s->run->options.through == THROUGH_NOTHING ||
        s->run->options.through == THROUGH_MERGE)
        return true;
    tn_status valid = tn_validate(in.at, in.size, tn_features_all(), NULL);
    if (valid == TN_E_MALFORMED)
        return true;
    tn_status status = is_text ? tn_module_print(in.at, in.size, &text, &err)
                               : tn_module_encode(in.at, in.size, out, &err);
    if (status != TN_OK)
        return valid != TN_OK || because(s, "cannot be written: %s", err.text);
    bool is_written = !is_text || parse_again(s, &text, out);
    tn_text_free(&text);
    return is_written;
}

/* The register code of every body is checked while it is shown. */
static tn_status check_ir(tn_module *module, tn_error *err)
{
    tn_text text = {NULL, 0};
    tn_status status = tn_module_show_ir(module, UINT32_MAX, &text, err);
    tn_text_free(&text);
    return status;
}

bool wast_module(struct wast_state *s, const tn_command *command,
                 tn_status *status, tn_module **out, tn_error *err)
{
    tn_text other;
    *out = NULL;
    *status = command->error.status;
    if (*status != TN_OK) {
        *err = command->error;
        return true;
    }
    tn_bytes bytes = command->module;
    if (!put_through(s, bytes, &other))
        return false;
    if (other.at != NULL)
        bytes = (tn_bytes){other.at, other.size};
    *status = make_module(s, bytes, out, err);
    tn_text_free(&other);
    if (*status != TN_OK || !s->run->options.is_ir_checked ||
        check_ir(*out, err) == TN_OK)
        return true;
    tn_module_free(*out);
    *out = NULL;
    return because(s, "register code: %s", err->text);
}

bool wast_keep(struct wast_state *s, struct wast_item item)
{
    size_t count = s->item_count;
    struct wast_item *grown = s->items;
    if ((count & (count - 1)) == 0)
        grown = realloc(s->items, (count ? 2 * count : 1) * sizeof *grown);
    if (grown == NULL) {
        if (item.module != NULL)
            tn_module_free(item.module);
        return because(s, "out of memory");
    }
    s->items = grown;
    s->items[s->item_count++] = item;
    return true;
}

static bool has_id(const struct wast_item *item, tn_bytes id)
{
    return id.size == 0 || (item->id.size == id.size &&
                            memcmp(item->id.at, id.at, id.size) == 0);
}

const struct wast_item *wast_definition(const struct wast_state *s, tn_bytes id)
{
    for (size_t i = s->item_count; i > 0; i--)
        if (s->items[i - 1].is_definition && has_id(&s->items[i - 1], id))
            return &s->items[i - 1];
    return NULL;
}

struct wast_item wast_instance(const struct wast_state *s, tn_bytes id)
{
    for (size_t i = s->item_count; i > 0; i--)
        if (s->items[i - 1].is_instance && has_id(&s->items[i - 1], id))
            return s->items[i - 1];
    return (struct wast_item){.instance = NULL};
}

/* Has it this name, with `prefix` and a dot before it if that is not empty? */
static bool is_called(tn_bytes got, const char *prefix, tn_bytes name)
{
    size_t size = strlen(prefix);
    const char *at = got.at;
    if (size > 0 &&
        (got.size <= size || at[size] != '.' || memcmp(at, prefix, size) != 0))
        return false;
    size_t skipped = size > 0 ? size + 1 : 0;
    return got.size - skipped == name.size &&
           memcmp(at + skipped, name.at, name.size) == 0;
}

static bool find_export(tn_instance *instance, const char *prefix,
                        tn_bytes name, tn_extern *out)
{
    size_t count = tn_instance_export_count(instance);
    for (size_t i = 0; i < count; i++) {
        const char *at;
        size_t size;
        *out = tn_instance_export_at(instance, i, &at, &size);
        if (is_called((tn_bytes){at, size}, prefix, name))
            return true;
    }
    return false;
}

bool wast_export(const struct wast_item *item, tn_bytes name, tn_extern *out)
{
    return (item->part != NULL &&
            find_export(item->instance, item->prefix, name, out)) ||
           find_export(item->instance, "", name, out);
}

void wast_drop_items(struct wast_state *s)
{
    for (size_t i = 0; i < s->item_count; i++)
        if (s->items[i].module != NULL)
            tn_module_free(s->items[i].module);
    free(s->items);
}
