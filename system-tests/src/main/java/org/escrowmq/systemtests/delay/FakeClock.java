package org.escrowmq.systemtests.delay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The wall clock of a process that runs under libfaketime: ours and an offset, which the process reads out of a file whenever it asks for the time.
 * Its monotonic clock is the machine's. Thread-safe; one thread makes the jumps.
 */
final class FakeClock {
    /** In Debian's package faketime, for processes with several threads. */
    private static final Path LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    /** A message that a consumer gets now was given to it within this time. */
    private static final long ON_ITS_WAY_MILLIS = 2_000;

    /** From then on the offset was in force, by our clock. */
    private record Jump(long sinceEpochMillis, long offsetMillis) {}

    private final Path file;
    private final ConcurrentLinkedDeque<Jump> jumps = new ConcurrentLinkedDeque<>();

    /** Without an offset; {@code folder} is for the file. */
    FakeClock(Path folder) {
        this.file = folder.resolve("faketime");
        set(0);
    }

    /** The library, where it is installed. */
    static Optional<Path> library() {
        return Optional.of(LIBRARY).filter(Files::exists);
    }

    /** What the process has to be started with. Without the last one timed waits on the monotonic clock would end at once. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", LIBRARY.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_NO_CACHE", "1",
                "DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** The clock goes that much forward, or back. */
    void jump(Duration by) {
        set(offsetMillis() + by.toMillis());
    }

    /** Noted first, so that no message seems early that comes as soon as the process knows. */
    private void set(long offsetMillis) {
        jumps.addLast(new Jump(System.currentTimeMillis(), offsetMillis));
        try {
            Path next = file.resolveSibling("faketime.next");
            Files.writeString(next, String.format("%+d", offsetMillis / 1_000));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long offsetMillis() {
        return jumps.getLast().offsetMillis();
    }

    /** What it shows. */
    long epochMillis() {
        return System.currentTimeMillis() + offsetMillis();
    }

    /** The most that it has shown since a message was given away that comes now. */
    long latestEpochMillis() {
        long now = System.currentTimeMillis();
        long latest = Long.MIN_VALUE;
        long until = now;
        for (var newestFirst = jumps.descendingIterator(); newestFirst.hasNext(); ) {
            Jump jump = newestFirst.next();
            latest = Math.max(latest, until + jump.offsetMillis());
            if (jump.sinceEpochMillis() < now - ON_ITS_WAY_MILLIS) break;
            until = jump.sinceEpochMillis();
        }
        return latest;
    }
}
