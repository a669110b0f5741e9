# A disk with a volatile write-back cache, as an nbdkit plugin. What was written is in memory only until it is flushed; SIGKILL of
# nbdkit is a power cut: the file is then what a platter would be.
#
#   file=PATH     the platter: a file as long as the disk
#   control=DIR   a file named "flush-error" or "write-error" in it makes every flush or write fail with EIO; one named "lie" makes
#                 flushes answer OK and do nothing (for a test of the test). One named "cut" holds "write N" or "flush N": the
#                 power fails in the Nth write (its sectors are not flushed) or in the Nth flush (some of them are) from then on
#   state=PATH    kept up to date: written, flushed, unflushed and kept bytes and the flush count, five little-endian 64-bit numbers
#   keep=PERCENT  so many of the unflushed sectors (512 bytes each, by chance) reach the platter at once, before and after others that
#                 do not: torn and reordered writes (default 0)
#   seed=N        of that chance
import builtins
import errno
import mmap
import os
import random
import signal
import struct
import threading

import nbdkit

API_VERSION = 2
SECTOR = 512

config_values = {"keep": "0", "seed": "1"}
lock = threading.Lock()
platter = None
content = None
state = None
size = 0
chance = None
keep = 0.0
unflushed = []
cut = None
counters = {"written": 0, "flushed": 0, "unflushed": 0, "kept": 0, "flushes": 0}


def config(key, value):
    if key not in ("file", "control", "state", "keep", "seed"):
        raise RuntimeError("unknown parameter " + key)
    config_values[key] = value


def config_complete():
    for key in ("file", "control", "state"):
        if key not in config_values:
            raise RuntimeError(key + "= is missing")


def after_fork():
    global platter, content, size, chance, keep, state
    platter = os.open(config_values["file"], os.O_RDWR)
    size = os.fstat(platter).st_size
    content = mmap.mmap(-1, size)
    position = 0
    while position < size:
        try:
            position = os.lseek(platter, position, os.SEEK_DATA)
        except OSError as e:
            if e.errno == errno.ENXIO:
                break
            raise
        end = os.lseek(platter, position, os.SEEK_HOLE)
        while position < end:
            part = os.pread(platter, min(1 << 20, end - position), position)
            content[position:position + len(part)] = part
            position += len(part)
    chance = random.Random(int(config_values["seed"]))
    keep = int(config_values["keep"]) / 100.0
    with builtins.open(config_values["state"], "wb") as file:
        file.write(bytes(4096))
    with builtins.open(config_values["state"], "r+b") as file:
        state = mmap.mmap(file.fileno(), 4096)


def asked(what):
    return os.path.exists(os.path.join(config_values["control"], what))


def cut_here(what):
    """Whether the power fails in this write or flush."""
    global cut
    if cut is None:
        if not asked("cut"):
            return False
        with builtins.open(os.path.join(config_values["control"], "cut")) as file:
            kind, count = file.read().split()
        cut = [kind, int(count)]
    if cut[0] == what:
        cut[1] -= 1
    return cut[0] == what and cut[1] <= 0


def die():
    note()
    os.kill(os.getpid(), signal.SIGKILL)


def note():
    struct.pack_into("<5q", state, 0, *counters.values())


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def open(readonly):
    return 1


def get_size(handle):
    return size


def can_write(handle):
    return True


def can_flush(handle):
    return True


def can_fua(handle):
    return nbdkit.FUA_EMULATE


def can_trim(handle):
    return False


def can_zero(handle):
    return False


def can_multi_conn(handle):
    return True


def fail(text):
    nbdkit.set_error(errno.EIO)
    raise RuntimeError(text)


def pread(handle, buffer, offset, flags):
    with lock:
        buffer[:] = content[offset:offset + len(buffer)]


def pwrite(handle, buffer, offset, flags):
    if asked("write-error"):
        fail("write error on demand")
    with lock:
        length = len(buffer)
        content[offset:offset + length] = bytes(buffer)
        unflushed.append((offset, length))
        counters["written"] += length
        counters["unflushed"] += length
        if keep > 0:
            for start in range(offset, offset + length, SECTOR):
                if chance.random() < keep:
                    end = min(start + SECTOR, offset + length)
                    os.pwrite(platter, content[start:end], start)
                    counters["kept"] += end - start
        if cut_here("write"):
            die()
        note()


def flush(handle, flags):
    if asked("flush-error"):
        fail("flush error on demand")
    if asked("lie"):
        return
    with lock:
        if cut_here("flush"):
            for offset, length in unflushed:
                if chance.random() < 0.5:
                    os.pwrite(platter, content[offset:offset + length], offset)
                    counters["kept"] += length
            die()
        for offset, length in unflushed:
            os.pwrite(platter, content[offset:offset + length], offset)
            counters["flushed"] += length
        unflushed.clear()
        counters["unflushed"] = 0
        counters["kept"] = 0
        counters["flushes"] += 1
        note()
