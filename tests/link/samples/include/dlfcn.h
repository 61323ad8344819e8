/* dlfcn.h - of wasi-libc, for programs that have no libc: the functions come
 * from the linker itself. */
#ifndef SAMPLE_DLFCN_H
#define SAMPLE_DLFCN_H

#define RTLD_LAZY     1
#define RTLD_NOW      2
#define RTLD_NOLOAD   4
#define RTLD_LOCAL    8
#define RTLD_GLOBAL   256
#define RTLD_NODELETE 4096

#define RTLD_NEXT    ((void *)-1)
#define RTLD_DEFAULT ((void *)0)

typedef struct {
    const char *dli_fname;
    void *dli_fbase;
    const char *dli_sname;
    void *dli_saddr;
} Dl_info;

void *dlopen(const char *name, int flags);
void *dlsym(void *handle, const char *name);
int dlclose(void *handle);
char *dlerror(void);
int dladdr(const void *address, Dl_info *info);

#endif
