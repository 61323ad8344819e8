/* fuzz_script.c - any text as a script, and as a module: neither may fault.
 *
 * What a script says it holds must be there. A module that parses must, if it
 * decodes, be printed as text that parses, and to the same module: printing
 * and parsing once more changes no byte. */
#include "journal.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

static void fault_in_text(const char *what, const tn_error *err)
{
    fprintf(stderr, "fuzz_script: %s: %s\n", what, err->text);
    abort();
}

/* Parses and prints until the text stands still. */
static void check_module(tn_bytes module)
{
    tn_text text, again, third;
    tn_error err = {0};
    if (tn_validate(module.at, module.size, tn_features_all(), NULL) != TN_OK ||
        tn_module_print(module.at, module.size, &text, &err) != TN_OK)
        return;
    if (tn_module_parse(text.at, text.size, &again, &err) != TN_OK)
        fault_in_text("what is printed does not parse", &err);
    tn_text_free(&text);
    if (tn_validate(again.at, again.size, tn_features_all(), &err) != TN_OK)
        fault_in_text("printed and parsed, it is not valid", &err);
    if (tn_module_print(again.at, again.size, &text, &err) != TN_OK ||
        tn_module_parse(text.at, text.size, &third, &err) != TN_OK)
        fault_in_text("the second time it does not print or parse", &err);
    if (third.size != again.size || memcmp(third.at, again.at, third.size) != 0)
        fault_in_text("the second time it is another module", &err);
    tn_text_free(&text);
    tn_text_free(&again);
    tn_text_free(&third);
}

static size_t touch(tn_bytes bytes)
{
    size_t sum = 0;
    for (size_t i = 0; i < bytes.size; i++)
        sum += ((const uint8_t *)bytes.at)[i];
    return sum;
}

static size_t touch_patterns(const tn_pattern *patterns, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += strlen(patterns[i].heap) + patterns[i].bytes[15];
        for (size_t k = 0; k < patterns[i].choice_count; k++)
            sum += strlen(patterns[i].choices[k].heap);
    }
    return sum;
}

static void check_command(const tn_command *c, size_t size)
{
    bool is_refused = c->error.status != TN_OK;
    if (c->kind >= TN_COMMAND_KIND_COUNT || c->line == 0 || c->line > size + 1)
        fault_in_text("a command of no kind, or nowhere", &c->error);
    if ((c->kind == TN_COMMAND_UNKNOWN) > is_refused)
        fault_in_text("a command is unknown, and nothing says why", &c->error);
    if (is_refused && c->module.at != NULL)
        fault_in_text("there is a module, and why there is none", &c->error);
    size_t sum = touch(c->id) + touch(c->of) + touch(c->name) +
                 touch(c->module) + touch(c->words) +
                 touch_patterns(c->args, c->arg_count) +
                 touch_patterns(c->results, c->result_count);
    if (sum == SIZE_MAX)
        abort();
    if (c->module.at != NULL)
        check_module(c->module);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_script *script;
    tn_text module;
    tn_error err = {0};
    const char *source = (const char *)data;
    tn_status status = tn_script_read(source, size, &script, &err);
    if (status != err.status || (status == TN_OK) != (script != NULL))
        fault_in_text("the status is not the error's", &err);
    if (status == TN_OK) {
        for (size_t i = 0; i < tn_script_count(script); i++)
            check_command(tn_script_at(script, i), size);
        tn_script_free(script);
    }
    err = (tn_error){0};
    status = tn_module_parse(source, size, &module, &err);
    if (status != err.status)
        fault_in_text("the parser's status is not its error's", &err);
    tn_position at = tn_text_position(source, size, err.offset);
    if (at.line == 0 || at.size > size)
        fault_in_text("a place outside the text", &err);
    if (status == TN_OK)
        check_module((tn_bytes){module.at, module.size});
    tn_text_free(&module);
    return 0;
}

/* -------------------------------------------------- inputs of its own */

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005 + 1442695040888963407;
    return *state >> 33;
}

/* Commands that hold every kind of value. */
static const char *const more_commands[] = {
    "(assert_return (invoke \"f\" (i32.const -1) (i64.const 0x7f)) "
    "(f32.const nan:canonical) (f64.const nan:arithmetic))\n",
    "(assert_trap (invoke $m \"f\" (f32.const 0x1.8p-3) (f64.const 1e-7)) "
    "\"unreachable\")\n",
    "(assert_return (get $m \"g\") (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 "
    "11 12 13 14 15))\n",
    "(assert_return (invoke \"f\" (ref.null extern) (ref.extern 1) (ref.host "
    "2)) (ref.null) (ref.func) (either (ref.i31) (v128.const f32x4 1 2 nan "
    "nan:canonical)))\n",
    "(assert_malformed (module quote \"(func\" \"$)\") \"empty identifier\")\n",
    "(assert_invalid (module (func (result i32))) \"type mismatch\")\n",
    "(assert_unlinkable (module binary \"\\00asm\" \"\\01\\00\\00\\00\") "
    "\"\")\n",
    "(module definition $d (@custom \"x\" \"y\"))(module instance $i $d)\n",
    "(register \"m\" $m) (; (; nested ;) ;) ;; to the end\n",
    "(assert_exhaustion (invoke \"\\u{1f600}\\t\\00\") \"call stack\")\n",
    "(assert_exception (invoke $\"an id\" \"f\"))\n",
    "(module $x (func $f (param $p i32) (if (local.get $p) (then (nop)) (else "
    "(br 0)))) (data $d \"ab\\63\") (export \"f\" (func $f)))\n",
};

static void damage(uint64_t *state, char *text, size_t *size)
{
    static const char spare[] = "()\"$@;\\0x_.+-n\xc3\xa4 ";
    size_t at = (size_t)(next_random(state) % *size), left = *size - at;
    size_t count = left < 9 ? 1 : (size_t)(next_random(state) % 8 + 1);
    switch (next_random(state) % 4) {
    case 0:
        memmove(text + at, text + at + count, left - count);
        *size -= *size > 8 + count ? count : 0;
        break;
    case 1:
        memmove(text + at, text + at / 2, count);
        break;
    default:
        text[at] = spare[next_random(state) % (sizeof spare - 1)];
        break;
    }
}

/* A module that was made and printed, some commands, some damage. */
size_t target_make_input(uint64_t seed, uint8_t **out)
{
    struct gen_options options = {.function_count = 2,
                                  .body_size = 20,
                                  .with =
                                      journal_with(tn_features_all(), false)};
    struct gen_bytes bytes =
        gen_module((uint8_t *)&seed, sizeof seed, &options);
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    tn_text module = {NULL, 0};
    (void)tn_module_print(bytes.at, bytes.size, &module, NULL);
    free(bytes.at);
    size_t room = module.size + 4096, size = 0;
    char *text = malloc(room);
    if (text == NULL)
        abort();
    memcpy(text, module.size > 0 ? module.at : "", module.size);
    size = module.size;
    tn_text_free(&module);
    for (uint64_t i = 0; i < 1 + seed % 6; i++) {
        const char *more =
            more_commands[next_random(&state) %
                          (sizeof more_commands / sizeof *more_commands)];
        memcpy(text + size, more, strlen(more));
        size += strlen(more);
    }
    for (uint64_t i = 0; i < seed % 4; i++)
        damage(&state, text, &size);
    *out = (uint8_t *)text;
    return size;
}
