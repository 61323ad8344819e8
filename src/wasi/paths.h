/* paths.h - names of files, which cannot lead out of a directory.
 *
 * A guest that was given a directory may reach what lies beneath it and
 * nothing else: whatever the path says, wherever symbolic links point, and
 * while others rename and relink at the same time. An attempt to leave
 * answers PERM.
 *
 * Two ways lead to the same answers. Where the kernel resolves paths beneath
 * a directory (openat2), it is asked to. Elsewhere we walk: one component at
 * a time, each opened from a held descriptor of the directory before it and
 * without following links; a link is read, and its text takes the place of its
 * name; ".." goes back to the descriptor that we came from, never to what the
 * system calls the parent. Both give up after 40 links.
 *
 * A path is bytes without a zero; it need not be UTF-8, so that all files of
 * the system can be named. */
#ifndef TN_WASI_PATHS_H
#define TN_WASI_PATHS_H

#include <stdbool.h>

#include "base/str.h"
#include "wasi/errnos.h"

#define TN_WASI_PATH_MAX 4096 /* bytes, with a zero */
#define TN_WASI_NAME_MAX 256

struct tn_wasi_root {
    int dir;              /* where paths begin, and what they cannot leave */
    bool kernel_resolves; /* tn_os_has_open_beneath(dir) */
};

/* A name in a directory that is held open, so that it can be made, removed,
 * renamed or looked at. */
struct tn_wasi_place {
    int dir;
    bool is_owned;        /* dir is closed by tn_wasi_leave */
    bool wants_directory; /* the path ended in a slash, or cannot be else */
    char name
        [TN_WASI_NAME_MAX]; /* one component; "." for the directory itself */
};

/* Finds the place that `path` names; something may be there or not. With
 * `follows_link`, or when the path ends in a slash, a link there is followed
 * to the place that it means. End with tn_wasi_leave. */
enum tn_wasi_errno tn_wasi_locate(struct tn_wasi_root root, struct tn_str path,
                                  bool follows_link, struct tn_wasi_place *out);
void tn_wasi_leave(struct tn_wasi_place *place);

/* Opens what `path` names; `flags` are those of os/file.h. */
enum tn_wasi_errno tn_wasi_open(struct tn_wasi_root root, struct tn_str path,
                                unsigned flags, int *out);

#endif
