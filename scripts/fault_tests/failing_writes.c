/* Fails one write of a program on files below a folder, and all writes after it. To be preloaded (ld.so(8), LD_PRELOAD).
 *
 * FAIL_BELOW   the folder; writes elsewhere, and to pipes and terminals, never fail
 * FAIL_AT      the number of the first write that fails, from 1; 0 fails none
 * FAIL_ERRNO   the error that it gets: 5 (EIO) or 28 (ENOSPC)
 * FAIL_COUNT   a file that gets the number of writes as the program ends
 *
 * Writes, and calls that bring data to the disk or change the length of a file, are counted alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static long fail_at = -1;
static int fail_errno = EIO;
static char below[4096];
static size_t below_length;

__attribute__((constructor)) static void start(void) {
    const char *at = getenv("FAIL_AT"), *number = getenv("FAIL_ERRNO"), *folder = getenv("FAIL_BELOW");
    fail_at = at ? atol(at) : 0;
    fail_errno = number ? atoi(number) : EIO;
    if (folder) {
        snprintf(below, sizeof below, "%s/", folder);
        below_length = strlen(below);
    }
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAIL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&calls));
        fclose(file);
    }
}

/* Whether this call fails. Files that were opened before the first failure stay readable. */
static int fails(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || below_length == 0)
        return 0;
    path[length] = 0;
    if (strncmp(path, below, below_length) != 0)
        return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (fail_at == 0 || number < fail_at)
        return 0;
    errno = fail_errno;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) { return fails(fd) ? -1 : REAL(write)(fd, data, size); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return fails(fd) ? -1 : REAL(writev)(fd, parts, count); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return fails(fd) ? -1 : REAL(pwrite)(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return fails(fd) ? -1 : REAL(pwrite64)(fd, data, size, at);
}
int fsync(int fd) { return fails(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t length) { return fails(fd) ? -1 : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return fails(fd) ? -1 : REAL(ftruncate64)(fd, length); }
int fallocate(int fd, int mode, off_t at, off_t length) { return fails(fd) ? -1 : REAL(fallocate)(fd, mode, at, length); }
int posix_fallocate(int fd, off_t at, off_t length) { return fails(fd) ? fail_errno : REAL(posix_fallocate)(fd, at, length); }
