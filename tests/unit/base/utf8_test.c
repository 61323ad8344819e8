#include "base/utf8.h"
#include "tn_test.h"

static bool valid(const char *text, size_t size)
{
    return tn_utf8_valid((struct tn_str){text, size});
}

#define VALID(text) valid(text, sizeof(text) - 1)

TEST(well_formed_text_is_valid)
{
    CHECK(VALID(""));
    CHECK(valid(NULL, 0));
    CHECK(VALID("plain\0text"));
    CHECK(VALID("\xc2\x80 \xdf\xbf"));
    CHECK(VALID("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
    CHECK(VALID("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

TEST(overlong_forms_are_not)
{
    CHECK(!VALID("\xc0\x80"));
    CHECK(!VALID("\xc1\xbf"));
    CHECK(!VALID("\xe0\x9f\xbf"));
    CHECK(!VALID("\xf0\x8f\xbf\xbf"));
}

TEST(surrogates_and_what_lies_above_the_last_plane_are_not)
{
    CHECK(!VALID("\xed\xa0\x80"));
    CHECK(!VALID("\xed\xbf\xbf"));
    CHECK(!VALID("\xf4\x90\x80\x80"));
    CHECK(!VALID("\xf5\x80\x80\x80"));
    CHECK(!VALID("\xff"));
}

TEST(cut_or_stray_bytes_are_not)
{
    CHECK(!VALID("\x80"));
    CHECK(!VALID("a\xc3"));
    CHECK(!VALID("\xe2\x82"));
    CHECK(!VALID("\xf0\x90\x80"));
    CHECK(!VALID("\xe2\x28\xa1"));
    CHECK(!VALID("\xe2\x82\x28"));
    CHECK(!VALID("\xf0\x90\x28\xbc"));
    CHECK(!VALID("\xf0\x90\x80\xc0"));
}

/* Encodes any number as UTF-8 would, allowed or not. */
static size_t encode(uint32_t code, char out[4])
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[n] | code);
    return n;
}

TEST(exactly_the_scalar_values_are_valid)
{
    for (uint32_t code = 0; code < 0x140000; code++) {
        char text[4];
        size_t n = encode(code, text);
        bool scalar = code < 0x110000 && (code < 0xd800 || code > 0xdfff);
        if (valid(text, n) != scalar)
            FAIL("U+%04X", (unsigned)code);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
