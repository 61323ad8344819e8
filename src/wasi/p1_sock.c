/* p1_sock.c - sockets, which nobody can open here: each call says what is
 * wrong with its descriptor. */
#include "wasi/p1.h"

static enum tn_wasi_errno refuse_socket(struct tn_wasi_p1 *p1, uint64_t fd)
{
    const struct tn_wasi_file *file =
        tn_wasi_fds_get(p1->wasi->files, (uint32_t)fd);
    if (file == NULL)
        return TN_WASI_BADF;
    bool is_socket =
        file->type == TN_OS_SOCKET_STREAM || file->type == TN_OS_SOCKET_DGRAM;
    return is_socket ? TN_WASI_NOTSUP : TN_WASI_NOTSOCK;
}

enum tn_wasi_errno tn_wasi_p1_sock_accept(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    return refuse_socket(p1, args[0]);
}

enum tn_wasi_errno tn_wasi_p1_sock_recv(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    return refuse_socket(p1, args[0]);
}

enum tn_wasi_errno tn_wasi_p1_sock_send(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    return refuse_socket(p1, args[0]);
}

enum tn_wasi_errno tn_wasi_p1_sock_shutdown(struct tn_wasi_p1 *p1,
                                            const uint64_t *args)
{
    return refuse_socket(p1, args[0]);
}
