/* parser.c - input that nobody trusts, in a memory of its own.
 *
 * Each line asks for an echo: how many bytes, a space, the bytes. The parser
 * believes the number, as some did that became famous for it. But the input is
 * in memory 1, and the key is not: no number can name another memory. Who asks
 * for too much sees what else there is of the input, which is zeros, or the
 * program ends. */
#include <stdio.h>
#include <string.h>
#include <tenon/guest/memory.h>

TN_ARENA(input, 1, 1, 1)

static const char key[] = "a key that nobody may see";

/* The one place where input enters: all that comes behind reads memory 1. */
static int next_line(input_ref *out, size_t *size)
{
    char line[256];
    if (fgets(line, sizeof line, stdin) == NULL)
        return 0;
    for (*size = 0; line[*size] != '\n' && line[*size] != '\0'; ++*size)
        ;
    input_reset();
    *out = input_alloc(*size);
    input_write(*out, line, *size);
    return 1;
}

static void echo(input_ref at)
{
    unsigned wanted = 0;
    for (; input_load_u8(at, 0) >= '0'; at = input_add(at, 1))
        wanted = wanted * 10 + (input_load_u8(at, 0) - '0');
    at = input_add(at, 1);
    for (unsigned i = 0; i < wanted; i++) {
        uint8_t byte = input_load_u8(at, i);
        putchar(byte == 0 ? '.' : byte);
    }
    putchar('\n');
}

int main(void)
{
    input_ref line;
    size_t size;
    while (next_line(&line, &size))
        echo(line);
    printf("%zu bytes of the key were told to nobody\n", strlen(key));
    return 0;
}
