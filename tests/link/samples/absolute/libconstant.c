/* libconstant.c - a name for a number. Its address in this library's image is
 * 64; dylink.0 says that this is no address (flag ABSOLUTE of EXPORT_INFO). */
__asm__(".section .data.constant,\"\",@\n"
        ".globl before_constant\n"
        ".type before_constant,@object\n"
        "before_constant:\n"
        ".skip 64\n"
        ".size before_constant, 64\n"
        ".globl constant\n"
        ".type constant,@object\n"
        "constant:\n"
        ".skip 4\n"
        ".size constant, 4\n");

extern char constant[];

int constant_here(void)
{
    return (int)(long)constant;
}
