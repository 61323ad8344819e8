/* p1_io.c - bytes in and out.
 *
 * All that the guest's vectors say is checked before a byte moves: then a bad
 * address has done nothing. At most TN_OS_SPANS_MAX spans and BYTES_MAX bytes
 * move in a call; a guest that asked for more is told of a short read or
 * write, as any system may answer.
 *
 * Where the system could make us wait, we wait beside the interrupt first and
 * then move what moves without waiting. */
#include <errno.h>

#include "os/file.h"
#include "wasi/p1.h"
#include "wasi/waits.h"

enum {
    BYTES_MAX = 0x7ffff000, /* as Linux has it, so that it fits an i32 too */
    /* What a pipe takes whole once it takes anything. A descriptor that we
     * did not open may block, and would for more. */
    PIPE_STEP = 4096
};

/* A read or a write under way. */
struct transfer {
    struct tn_wasi_p1 *p1;
    struct tn_wasi_file *file;
    bool writes;
    int64_t offset;      /* or TN_OS_NO_OFFSET */
    size_t done;         /* bytes that have moved */
    size_t first, count; /* the spans that are left are [first..count) */
    struct tn_os_span spans[TN_OS_SPANS_MAX];
    uint32_t guest_at[TN_OS_SPANS_MAX]; /* where each span was at first */
};

/* Fills in the spans from `count` vectors at `at`. */
static enum tn_wasi_errno read_vectors(struct transfer *io, uint64_t at,
                                       uint64_t count)
{
    const uint8_t *vectors = tn_wasi_p1_span(io->p1, at, count * 8);
    if (vectors == NULL)
        return TN_WASI_FAULT;
    size_t room = BYTES_MAX;
    for (uint64_t i = 0; i < count; i++, vectors += 8) {
        uint32_t guest_at = tn_wasi_get_u32(vectors);
        size_t size = tn_wasi_get_u32(vectors + 4);
        void *bytes = tn_wasi_p1_span(io->p1, guest_at, size);
        if (bytes == NULL)
            return TN_WASI_FAULT;
        if (size > room)
            size = room;
        if (size == 0)
            continue;
        if (io->count == TN_OS_SPANS_MAX)
            break;
        room -= size;
        io->guest_at[io->count] = guest_at;
        io->spans[io->count++] = (struct tn_os_span){bytes, size};
    }
    return TN_WASI_SUCCESS;
}

/* Notes that the first `n` bytes of what was left have moved. */
static void advance_transfer(struct transfer *io, size_t n)
{
    io->done += n;
    while (n > 0) {
        struct tn_os_span *span = &io->spans[io->first];
        size_t part = n < span->size ? n : span->size;
        span->at = (uint8_t *)span->at + part;
        span->size -= part;
        n -= part;
        if (span->size == 0)
            io->first++;
    }
}

/* ------------------------------------------- streams of the embedder's */

static int64_t call_stream(const tn_stream *stream, bool writes, void *bytes,
                           size_t size)
{
    if (writes)
        return stream->write ? stream->write(stream->ctx, bytes, size)
                             : (int64_t)size;
    return stream->read ? stream->read(stream->ctx, bytes, size) : 0;
}

/* What the embedder does may move the guest's memory, or close the file: so
 * each span is found anew, and the file is not looked at again. Reading stops
 * after one span: a second might wait for what nobody has typed yet. */
static enum tn_wasi_errno move_by_stream(struct transfer *io)
{
    const tn_stream stream = io->file->stream;
    while (io->first < io->count) {
        size_t size = io->spans[io->first].size;
        void *bytes = tn_wasi_p1_span(io->p1, io->guest_at[io->first], size);
        if (bytes == NULL)
            return TN_WASI_FAULT;
        tn_wasi_fds_pause(io->p1->wasi->files);
        int64_t n = call_stream(&stream, io->writes, bytes, size);
        tn_wasi_fds_resume(io->p1->wasi->files);
        if (n < 0 || (uint64_t)n > size)
            return TN_WASI_IO;
        advance_transfer(io, (size_t)n);
        if ((size_t)n < size || !io->writes)
            break;
    }
    return TN_WASI_SUCCESS;
}

/* ------------------------------------------------- files of the system's */

/* Writes once to what may make us wait. */
static int write_step(struct transfer *io, size_t *n)
{
    const struct tn_os_span *spans = &io->spans[io->first];
    size_t count = io->count - io->first;
    struct tn_os_span step = {NULL, 0};
    if (io->file->is_borrowed && count > 0) {
        step = *spans;
        step.size = step.size < PIPE_STEP ? step.size : PIPE_STEP;
        spans = &step;
        count = 1;
    }
    return tn_os_write_quietly(io->file->fd, spans, count, n);
}

/* Moves once. */
static int move_once(struct transfer *io)
{
    size_t n;
    int failed;
    if (io->writes && io->file->can_wait && io->offset == TN_OS_NO_OFFSET)
        failed = write_step(io, &n);
    else
        failed = (io->writes ? tn_os_write : tn_os_read)(
            io->file->fd, &io->spans[io->first], io->count - io->first,
            io->offset, &n);
    advance_transfer(io, n);
    return failed;
}

/* Waits until a byte can move; AGAIN when the guest does not wait. */
static enum tn_wasi_errno wait_to_move(struct transfer *io)
{
    struct tn_os_ready items[2] = {
        {.fd = io->file->fd, .to_read = !io->writes, .to_write = io->writes}};
    bool waits = !(io->file->flags & TN_WASI_NONBLOCK);
    enum tn_wasi_outcome outcome;
    tn_wasi_fds_pause(io->p1->wasi->files);
    enum tn_wasi_errno wrong =
        tn_wasi_wait(tn_call_store(io->p1->call), items, 1,
                     waits ? TN_OS_FOREVER : 0, &outcome);
    tn_wasi_fds_resume(io->p1->wasi->files);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (outcome == TN_WASI_INTERRUPTED)
        return tn_wasi_p1_interrupt(io->p1);
    return outcome == TN_WASI_READY ? TN_WASI_SUCCESS : TN_WASI_AGAIN;
}

/* A write that may wait goes on until all is written, as POSIX has it. */
static enum tn_wasi_errno move_by_system(struct transfer *io)
{
    if (!io->file->can_wait)
        return tn_wasi_errno_of(move_once(io));
    for (;;) {
        enum tn_wasi_errno wrong = wait_to_move(io);
        if (wrong != TN_WASI_SUCCESS)
            return wrong;
        int failed = move_once(io);
        if (failed != 0 && failed != EAGAIN)
            return tn_wasi_errno_of(failed);
        if (failed == 0 && (!io->writes || io->first >= io->count))
            return TN_WASI_SUCCESS;
    }
}

/* ------------------------------------------------------------- the calls */

/* Moves what the vectors say; how many bytes that were goes to `put_at`. */
static enum tn_wasi_errno run_transfer(struct transfer *io, uint64_t vectors,
                                       uint64_t count, uint64_t put_at)
{
    if (tn_wasi_p1_span(io->p1, put_at, 4) == NULL)
        return TN_WASI_FAULT;
    enum tn_wasi_errno wrong = read_vectors(io, vectors, count);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    wrong = io->file->fd < 0 ? move_by_stream(io) : move_by_system(io);
    if (wrong != TN_WASI_SUCCESS && io->done == 0)
        return wrong;
    if (!tn_wasi_p1_put_u32(io->p1, put_at, (uint32_t)io->done))
        return TN_WASI_FAULT;
    return TN_WASI_SUCCESS;
}

static enum tn_wasi_errno begin_transfer(struct transfer *io,
                                         struct tn_wasi_p1 *p1, uint64_t fd,
                                         bool writes)
{
    io->p1 = p1;
    io->writes = writes;
    io->offset = TN_OS_NO_OFFSET;
    io->done = io->first = io->count = 0;
    enum tn_wasi_errno wrong = tn_wasi_p1_file(
        p1, fd, writes ? TN_WASI_FD_WRITE : TN_WASI_FD_READ, &io->file);
    if (wrong == TN_WASI_BADF && io->file != NULL)
        return TN_WASI_ISDIR;
    return wrong;
}

static enum tn_wasi_errno begin_transfer_at(struct transfer *io,
                                            struct tn_wasi_p1 *p1,
                                            const uint64_t *args, bool writes)
{
    enum tn_wasi_errno wrong = begin_transfer(io, p1, args[0], writes);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    if (!io->file->can_seek)
        return TN_WASI_SPIPE;
    if (!(io->file->rights & TN_WASI_FD_SEEK))
        return TN_WASI_NOTCAPABLE;
    if (args[3] > INT64_MAX)
        return TN_WASI_INVAL;
    io->offset = (int64_t)args[3];
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_fd_read(struct tn_wasi_p1 *p1,
                                      const uint64_t *args)
{
    struct transfer io;
    enum tn_wasi_errno wrong = begin_transfer(&io, p1, args[0], false);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return run_transfer(&io, args[1], args[2], args[3]);
}

enum tn_wasi_errno tn_wasi_p1_fd_write(struct tn_wasi_p1 *p1,
                                       const uint64_t *args)
{
    struct transfer io;
    enum tn_wasi_errno wrong = begin_transfer(&io, p1, args[0], true);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return run_transfer(&io, args[1], args[2], args[3]);
}

enum tn_wasi_errno tn_wasi_p1_fd_pread(struct tn_wasi_p1 *p1,
                                       const uint64_t *args)
{
    struct transfer io;
    enum tn_wasi_errno wrong = begin_transfer_at(&io, p1, args, false);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return run_transfer(&io, args[1], args[2], args[4]);
}

enum tn_wasi_errno tn_wasi_p1_fd_pwrite(struct tn_wasi_p1 *p1,
                                        const uint64_t *args)
{
    struct transfer io;
    enum tn_wasi_errno wrong = begin_transfer_at(&io, p1, args, true);
    if (wrong != TN_WASI_SUCCESS)
        return wrong;
    return run_transfer(&io, args[1], args[2], args[4]);
}
