/* grammars.c - web-tree-sitter without JavaScript.
 *
 *     grammars FOLDER LANGUAGE FILE...
 *
 * web-tree-sitter.wasm is a position-independent program, in whose space the
 * grammar tree-sitter-LANGUAGE.wasm is opened as a library. Its JavaScript is
 * replaced by nine host functions: three of WASI, and those below. Prints for
 * each file what grammars.mjs prints. */
#include "drive.h"

/* The program asks for its text in pieces, which it gives a buffer for. */
#define BUFFER_UNITS (10 * 1024 / 2)

/* The file that is parsed now, as UTF-16. */
struct text {
    uint16_t *units;
    size_t count;
};

static struct drive drive;
static struct text text_now;

/* ---------------------------------------------------------- host functions */

static tn_status nothing(tn_call *caller, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)caller, (void)env, (void)err;
    slots[0] = 0;
    return TN_OK;
}

static tn_status give_up(tn_call *caller, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)slots, (void)env, (void)err;
    return tn_call_trap(caller, TN_TRAP_UNREACHABLE);
}

/* (the end that is wanted) -> 1 if the memory reaches there now */
static tn_status resize_heap(tn_call *caller, uint64_t *slots, void *env,
                             tn_error *err)
{
    (void)caller, (void)env, (void)err;
    tn_memory *memory = tn_space_memory(drive.space);
    uint64_t pages = (slots[0] + 65535) / 65536;
    uint64_t now = tn_memory_pages(memory);
    slots[0] =
        pages <= now || tn_memory_grow(memory, pages - now) != UINT64_MAX;
    return TN_OK;
}

/* (buffer, unit, row, column, where the count goes): text from `unit` on */
static tn_status give_text(tn_call *caller, uint64_t *slots, void *env,
                           tn_error *err)
{
    (void)env, (void)err;
    const struct text *text = &text_now;
    size_t at = slots[1] < text->count ? (size_t)slots[1] : text->count;
    uint32_t count = BUFFER_UNITS - 1;
    if (text->count - at < count)
        count = (uint32_t)(text->count - at);
    void *buffer = tn_call_span(caller, slots[0], 2 * (uint64_t)BUFFER_UNITS);
    void *length = tn_call_span(caller, slots[4], sizeof count);
    if (buffer == NULL || length == NULL)
        return tn_call_trap(caller, TN_TRAP_MEMORY_BOUNDS);
    if (count > 0)
        memcpy(buffer, text->units + at, 2 * (size_t)count);
    memcpy(length, &count, sizeof count);
    return TN_OK;
}

static const struct {
    const char *name, *type;
    tn_host_fn *fn;
} functions[] = {
    {"emscripten_resize_heap", "(i32) -> i32", resize_heap},
    {"_abort_js", "() -> ()", give_up},
    {"tree_sitter_parse_callback", "(i32, i32, i32, i32, i32) -> ()",
     give_text},
    {"tree_sitter_progress_callback", "(i32, i32) -> i32", nothing},
    {"tree_sitter_query_progress_callback", "(i32) -> i32", nothing},
    {"tree_sitter_log_callback", "(i32, i32) -> ()", nothing},
};

/* ------------------------------------------------------------- the program */

/* Where its functions take and leave what they are about. */
static struct {
    uint32_t exchange, parser, buffer;
} program;

/* The zero-terminated text at `at`; "" when it does not end in the memory. */
static const char *text_at(uint32_t at)
{
    tn_memory *memory = tn_space_memory(drive.space);
    uint64_t size = tn_memory_size(memory);
    const char *text = tn_memory_span(memory, at, size - at);
    return text != NULL && memchr(text, 0, (size_t)(size - at)) ? text : "";
}

static void load(const char *folder, const char *language)
{
    char path[1024], file[128], function[128];
    tn_dso *library;
    snprintf(path, sizeof path, "%s/web-tree-sitter.wasm", folder);
    snprintf(file, sizeof file, "tree-sitter-%s.wasm", language);
    snprintf(function, sizeof function, "tree_sitter_%s", language);
    begin_space(&drive, path);
    /* Bash's grammar imports __assert_fail, which there is nowhere. */
    check(tn_dlopen(drive.space, file, NULL, TN_RTLD_LAZY, &library, &error),
          file);
    program.exchange = CALL(&drive, NULL, "ts_init", 0);
    CALL(&drive, NULL, "ts_parser_new_wasm", 0);
    program.parser = word_at(&drive, program.exchange);
    program.buffer = word_at(&drive, program.exchange + 4);
    uint32_t grammar = CALL(&drive, library, function, 0);
    if (CALL(&drive, NULL, "ts_parser_set_language", program.parser, grammar) ==
        0) {
        fprintf(stderr, "grammars: the parser does not take the language\n");
        exit(1);
    }
}

/* ------------------------------------------------------------------- files */

/* UTF-8, which is well-formed, as UTF-16. */
static struct text units_of(const uint8_t *bytes, size_t size)
{
    struct text text = {malloc(2 * size + 2), 0};
    if (text.units == NULL)
        exit(1);
    for (size_t i = 0; i < size;) {
        uint32_t first = bytes[i++], c = first;
        int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        if (more > 0)
            c = first & (0x3fu >> more);
        for (; more > 0 && i < size; more--)
            c = c << 6 | (bytes[i++] & 0x3fu);
        if (c >= 0x10000) {
            text.units[text.count++] = (uint16_t)(0xd7c0 + (c >> 10));
            c = 0xdc00 | (c & 0x3ff);
        }
        text.units[text.count++] = (uint16_t)c;
    }
    return text;
}

/* Each function finds the node where the one before it may have left others. */
static uint32_t of_root(const char *function, uint32_t tree)
{
    CALL(&drive, NULL, "ts_tree_root_node_wasm", tree);
    return CALL(&drive, NULL, function, tree);
}

static void parse(const char *path)
{
    size_t size;
    uint8_t *bytes = read_file(path, &size);
    text_now = units_of(bytes, size);
    uint32_t tree = CALL(&drive, NULL, "ts_parser_parse_wasm", program.parser,
                         program.buffer, 0, 0, 0);
    uint32_t nodes = of_root("ts_node_descendant_count_wasm", tree);
    uint32_t end = of_root("ts_node_end_index_wasm", tree);
    uint32_t shown = of_root("ts_node_to_string_wasm", tree);
    printf("%s: %u nodes, ends at %u\n%s\n", path, nodes, end, text_at(shown));
    CALL(&drive, NULL, "free", shown);
    CALL(&drive, NULL, "ts_tree_delete", tree);
    CALL(&drive, NULL, "ts_parser_reset", program.parser);
    free(text_now.units);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: grammars FOLDER LANGUAGE FILE...\n");
        return 2;
    }
    const char *folder = argv[1];
    begin_engine(&drive, &folder);
    begin_store(&drive);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        define(&drive, functions[i].name, functions[i].type, functions[i].fn,
               NULL);
    load(folder, argv[2]);
    for (int i = 3; i < argc; i++)
        parse(argv[i]);
    end_store(&drive);
    end_engine(&drive);
    return 0;
}
