package org.escrowmq.systemtests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * What the kernel counts for some processes, summed: CPU time in milliseconds (user and system, from {@code /proc/PID/stat}),
 * anonymous memory in bytes (RssAnon and RssShmem: what cannot be dropped) and all resident memory in bytes.
 */
public record ProcessFigures(long cpuMillis, long anonymousBytes, long residentBytes) {
    /** The kernel's clock ticks a second as user space sees them: 100 on every Linux that we run on. */
    private static final long MILLIS_A_TICK = 10;

    /** Of processes that may have ended meanwhile: those count as nothing. */
    public static ProcessFigures of(Collection<Long> pids) {
        long cpu = 0;
        long anonymous = 0;
        long resident = 0;
        for (long pid : pids) {
            try {
                cpu += cpuMillis(Path.of("/proc", Long.toString(pid), "stat"));
                for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                    if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
                        anonymous += kilobytes(line) * 1024;
                    } else if (line.startsWith("VmRSS:")) {
                        resident += kilobytes(line) * 1024;
                    }
                }
            } catch (NoSuchFileException e) {
                continue;
            } catch (IOException e) {
                // A process that ends while it is read gives ESRCH.
                if (Files.exists(Path.of("/proc", Long.toString(pid)))) {
                    throw new IllegalStateException("cannot read /proc/" + pid, e);
                }
            }
        }
        return new ProcessFigures(cpu, anonymous, resident);
    }

    private static long cpuMillis(Path stat) throws IOException {
        String text = Files.readString(stat);
        // The name in brackets may hold spaces; utime and stime are the 14th and 15th field, the state after the name
        // the third.
        List<String> fields = List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * MILLIS_A_TICK;
    }

    private static long kilobytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }
}
