/* tools.c - a library made of Rust (wasm-tools, as jco carries it): prints a
 * module as text, parses the text again, and a wrong one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib.h"

FROM("lib", "local:wasm-tools/tools#print")
uint32_t lib_print(uint32_t at, uint32_t size);
FROM("lib", "local:wasm-tools/tools#parse")
uint32_t lib_parse(uint32_t at, uint32_t size);

struct bytes {
    char *at;
    uint32_t size;
    int is_error;
};

/* result<bytes, string>, from where it was left. */
static struct bytes take(uint32_t from)
{
    struct {
        uint32_t is_error, at, size;
    } result;
    get(&result, from, sizeof result);
    struct bytes out = {malloc(result.size + 1), result.size,
                        (int)(result.is_error & 1)};
    get(out.at, result.at, result.size);
    out.at[out.size] = '\0';
    return out;
}

static struct bytes print(const char *at, uint32_t size)
{
    return take(lib_print(lend(at, size), size));
}

static struct bytes parse(const char *text)
{
    uint32_t size = (uint32_t)strlen(text);
    return take(lib_parse(lend(text, size), size));
}

int main(void)
{
    struct bytes module = parse(
        "(module (memory (export \"memory\") 1) (func (export \"f\") "
        "(param i32) (result i32) (i32.add (local.get 0) (i32.const 40))))");
    printf("%d, %u bytes\n", module.is_error, (unsigned)module.size);
    struct bytes text = print(module.at, module.size);
    printf("%d\n%s", text.is_error, text.at);
    struct bytes again = parse(text.at);
    printf("the same: %d\n", again.size == module.size &&
                                 memcmp(again.at, module.at, again.size) == 0);
    struct bytes wrong = parse("(module (func (i32.ad)))");
    printf("%d\n%s\n", wrong.is_error, wrong.at);
    return 0;
}
