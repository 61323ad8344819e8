/* digest.c - the OpenSSL in PGlite's library pgcrypto, at work.
 *
 *     digest FOLDER PROGRAM FILE...
 *
 * PROGRAM is PGlite's own, a PostgreSQL that is not position independent and
 * brings memory, table and stack pointer itself; pgcrypto.so is in FOLDER. Prints
 * digests of the files. No query runs: what the functions need of the program
 * is its libc, and of the host a user and the answer that there is no file. */
#include "drive.h"

static struct drive drive;

static tn_status nobody(tn_call *call_of_it, uint64_t *slots, void *env,
                        tn_error *err)
{
    (void)call_of_it, (void)env, (void)err;
    slots[0] = 0;
    return TN_OK;
}

static tn_status no_file(tn_call *call_of_it, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)call_of_it, (void)env, (void)err;
    slots[0] = (uint32_t)-44; /* ENOENT */
    return TN_OK;
}

static const char *const kinds[] = {"md5",        "sha1",     "sha256",
                                    "sha512_256", "sha3_384", "blake2b512"};

static void show_digests(tn_dso *crypto, const char *path)
{
    size_t size;
    uint8_t *bytes = read_file(path, &size);
    uint32_t text = CALL(&drive, NULL, "malloc", (uint32_t)size + 1);
    uint32_t digest = CALL(&drive, NULL, "malloc", 64 + sizeof(uint32_t));
    memcpy(guest(&drive, text, size), bytes, size);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char function[32];
        snprintf(function, sizeof function, "EVP_%s", kinds[i]);
        uint32_t kind = CALL(&drive, crypto, function, 0);
        if (CALL(&drive, crypto, "EVP_Digest", text, (uint32_t)size, digest,
                 digest + 64, kind, 0) != 1) {
            fprintf(stderr, "%s does not work\n", function);
            exit(1);
        }
        printf("%s %s ", path, kinds[i]);
        uint32_t length = word_at(&drive, digest + 64);
        const uint8_t *out = guest(&drive, digest, length);
        for (uint32_t k = 0; k < length; k++)
            printf("%02x", out[k]);
        printf("\n");
    }
    CALL(&drive, NULL, "free", text);
    CALL(&drive, NULL, "free", digest);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: digest FOLDER PROGRAM FILE...\n");
        return 2;
    }
    const char *folder = argv[1];
    tn_dso *crypto;
    begin_engine(&drive, &folder);
    begin_store(&drive);
    define(&drive, "__syscall_getuid32", "() -> i32", nobody, NULL);
    define(&drive, "__syscall_geteuid32", "() -> i32", nobody, NULL);
    define(&drive, "__syscall_getgid32", "() -> i32", nobody, NULL);
    define(&drive, "__syscall_getegid32", "() -> i32", nobody, NULL);
    define(&drive, "__syscall_openat", "(i32, i32, i32, i32) -> i32", no_file,
           NULL);
    begin_space(&drive, argv[2]);
    check(tn_dlopen(drive.space, "pgcrypto.so", NULL, TN_RTLD_LAZY, &crypto,
                    &error),
          "pgcrypto.so");
    for (int i = 3; i < argc; i++)
        show_digests(crypto, argv[i]);
    check(tn_dlclose(crypto, &error), "pgcrypto.so");
    end_store(&drive);
    end_engine(&drive);
    return 0;
}
