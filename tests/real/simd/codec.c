/* codec.c - pictures made, encoded, decoded, and told about: sizes, hashes, and
 * how far what was decoded lies from what was encoded. By libwebp, in all its
 * ways that have vector code of their own. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/dsp/cpu.h"
#include "webp/decode.h"
#include "webp/encode.h"

enum {
    WIDTH = 139, /* odd: rows end within a vector */
    HEIGHT = 91
};

struct kind {
    const char *name;
    float quality;
    int is_lossless, method, is_sharp, filter, near_lossless, exact, segments;
};

static const struct kind kinds[] = {
    {"lossy, small", 5, 0, 4, 0, 60, 100, 0, 4},
    {"lossy, middle", 60, 0, 2, 0, 0, 100, 0, 1},
    {"lossy, fine, sharp", 92, 0, 6, 1, 30, 100, 1, 3},
    {"lossy, at once", 75, 0, 0, 0, 100, 100, 0, 2},
    {"lossless", 50, 1, 3, 0, 0, 100, 1, 1},
    {"lossless, at once", 10, 1, 0, 0, 0, 100, 0, 1},
    {"nearly lossless", 40, 1, 4, 0, 0, 40, 1, 1},
};

static void require(int holds, const char *what)
{
    if (holds)
        return;
    printf("failed: %s\n", what);
    exit(1);
}

static uint32_t hash_of(const uint8_t *bytes, size_t size)
{
    uint32_t hash = 2166136261;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619;
    return hash;
}

/* Slopes, a grid, noise, and holes of several depths; no sine: libraries
 * differ in its last bit. */
static uint8_t *draw(int seed)
{
    uint8_t *picture = malloc(WIDTH * HEIGHT * 4);
    require(picture != NULL, "memory");
    uint32_t random = (uint32_t)seed;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            uint8_t *pixel = picture + (y * WIDTH + x) * 4;
            random = random * 1664525 + 1013904223;
            int noise = x > WIDTH / 2 ? (int)(random >> 28) : 0;
            int is_line = (x + seed) % 32 < 2 || y % 24 == 0;
            int dx = x - WIDTH / 3, dy = y - HEIGHT / 2;
            int is_disk = dx * dx + dy * dy < 1000;
            pixel[0] = (uint8_t)(is_line ? 10 : x * 240 / WIDTH + noise);
            pixel[1] = (uint8_t)(is_disk ? 200 - y / 2 : y * 240 / HEIGHT);
            pixel[2] = (uint8_t)((x * y / 97 + noise * seed) & 255);
            pixel[3] = (uint8_t)(is_disk ? 255 - abs(dx) : 255);
        }
    return picture;
}

static WebPPicture import(const uint8_t *rgba, int use_argb)
{
    WebPPicture picture;
    require(WebPPictureInit(&picture), "versions");
    picture.use_argb = use_argb;
    picture.width = WIDTH;
    picture.height = HEIGHT;
    require(WebPPictureImportRGBA(&picture, rgba, WIDTH * 4), "import");
    return picture;
}

static WebPMemoryWriter encode(const struct kind *kind, const uint8_t *rgba)
{
    WebPConfig config;
    WebPMemoryWriter writer;
    require(WebPConfigInit(&config), "versions");
    config.quality = kind->quality;
    config.lossless = kind->is_lossless;
    config.method = kind->method;
    config.use_sharp_yuv = kind->is_sharp;
    config.filter_strength = kind->filter;
    config.near_lossless = kind->near_lossless;
    config.exact = kind->exact;
    config.segments = kind->segments;
    WebPPicture picture = import(rgba, kind->is_lossless || kind->is_sharp);
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    require(WebPEncode(&config, &picture), "encode");
    printf("%s: %zu bytes, hash %08x\n", kind->name, writer.size,
           hash_of(writer.mem, writer.size));
    WebPPictureFree(&picture);
    return writer;
}

/* In other orders of colours, in fewer bits, and in other sizes. */
static void decode_as(const WebPMemoryWriter *file, WEBP_CSP_MODE mode,
                      int width, int height)
{
    WebPDecoderConfig config;
    require(WebPInitDecoderConfig(&config), "versions");
    config.output.colorspace = mode;
    config.options.use_scaling = width != WIDTH;
    config.options.scaled_width = width;
    config.options.scaled_height = height;
    config.options.no_fancy_upsampling = mode == MODE_BGR;
    config.options.dithering_strength = mode == MODE_RGB ? 50 : 0;
    require(WebPDecode(file->mem, file->size, &config) == VP8_STATUS_OK,
            "decode");
    const WebPDecBuffer *out = &config.output;
    uint32_t hash = mode == MODE_YUVA
                        ? hash_of(out->u.YUVA.y, out->u.YUVA.y_size) +
                              hash_of(out->u.YUVA.u, out->u.YUVA.u_size) +
                              hash_of(out->u.YUVA.a, out->u.YUVA.a_size)
                        : hash_of(out->u.RGBA.rgba, out->u.RGBA.size);
    printf(" %d:%08x", (int)mode, hash);
    WebPFreeDecBuffer(&config.output);
}

/* Peak signal to noise, and two kinds of likeness. */
static void compare(const uint8_t *original, const uint8_t *decoded)
{
    WebPPicture a = import(original, 1), b = import(decoded, 1);
    for (int type = 0; type < 3; type++) {
        float result[5];
        require(WebPPictureDistortion(&a, &b, type, result), "distortion");
        printf(" %.2f", result[4]);
    }
    WebPPictureFree(&a);
    WebPPictureFree(&b);
}

static void decode(const WebPMemoryWriter *file, const uint8_t *original)
{
    int width, height;
    uint8_t *rgba = WebPDecodeRGBA(file->mem, file->size, &width, &height);
    require(rgba != NULL && width == WIDTH && height == HEIGHT, "decode");
    printf("  distortion");
    compare(original, rgba);
    printf(", hash %08x, and", hash_of(rgba, WIDTH * HEIGHT * 4));
    WebPFree(rgba);
    for (WEBP_CSP_MODE mode = MODE_RGB; mode <= MODE_rgbA_4444; mode++)
        decode_as(file, mode, WIDTH, HEIGHT);
    decode_as(file, MODE_YUVA, WIDTH, HEIGHT);
    decode_as(file, MODE_RGBA, 100, 70);
    decode_as(file, MODE_rgbA, 400, 200);
    printf("\n");
}

#ifdef EMULATED /* the vector code of x86 is there, made of WebAssembly's */
static int has_all(CPUFeature feature)
{
    return feature == kSSE2 || feature == kSSE4_1;
}
#endif

int main(void)
{
#ifdef EMULATED
    VP8GetCPUInfo = has_all;
#endif
    for (int seed = 1; seed <= 2; seed++) {
        uint8_t *picture = draw(seed);
        printf("picture %d: %08x\n", seed,
               hash_of(picture, WIDTH * HEIGHT * 4));
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            WebPMemoryWriter file = encode(&kinds[i], picture);
            decode(&file, picture);
            WebPMemoryWriterClear(&file);
        }
        free(picture);
    }
    return 0;
}
