/* bytecode.c - an interpreter inside the interpreter: one switch in a loop. */
#include <stdint.h>
#include <stdio.h>

enum {
    PUSH,
    ADD,
    MUL,
    XOR,
    SHIFT,
    DUP,
    SWAP,
    LOAD,
    STORE,
    DEC_JUMP,
    HALT
};

static const uint8_t program[] = {
    LOAD, 1,     PUSH, 3,     MUL,   LOAD, 2,        ADD,  DUP,  PUSH,
    5,    SHIFT, XOR,  STORE, 1,     LOAD, 1,        PUSH, 7,    ADD,
    LOAD, 2,     SWAP, XOR,   STORE, 2,    DEC_JUMP, 0,    HALT,
};

__attribute__((noinline)) static uint32_t run(uint32_t *vars)
{
    uint32_t stack[16], *top = stack;
    const uint8_t *pc = program;
    for (;;) {
        switch (*pc++) {
        case PUSH:
            *top++ = *pc++;
            break;
        case ADD:
            top--;
            top[-1] += top[0];
            break;
        case MUL:
            top--;
            top[-1] *= top[0];
            break;
        case XOR:
            top--;
            top[-1] ^= top[0];
            break;
        case SHIFT:
            top--;
            top[-1] >>= top[0];
            break;
        case DUP:
            top[0] = top[-1];
            top++;
            break;
        case SWAP: {
            uint32_t t = top[-1];
            top[-1] = top[-2];
            top[-2] = t;
            break;
        }
        case LOAD:
            *top++ = vars[*pc++];
            break;
        case STORE:
            vars[*pc++] = *--top;
            break;
        case DEC_JUMP: {
            uint8_t target = *pc++;
            if (--vars[0] != 0)
                pc = program + target;
            break;
        }
        default:
            return vars[1] ^ vars[2];
        }
    }
}

int main(void)
{
    uint32_t vars[3] = {2000000, 1, 2};
    printf("bytecode %08x\n", run(vars));
}
