package org.escrowmq.systemtests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What a JVM's heap holds after a full collection, asked with {@code jcmd} of the Java that runs this tool.
 *
 * @param bytes of all objects
 * @param largest the classes that take most, as lines of {@code jcmd}: rank, objects, bytes, class
 */
public record LiveHeap(long bytes, List<String> largest) {
    private static final int LARGEST = 15;

    /** Collects and looks. */
    public static LiveHeap of(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("jcmd failed: " + output);
            }
            long total = output.lines()
                    .filter(line -> line.startsWith("Total"))
                    .map(line -> line.trim().split("\\s+"))
                    .mapToLong(words -> Long.parseLong(words[2]))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("jcmd printed no total: " + output));
            List<String> largest = output.lines()
                    .filter(line -> line.matches("\\s*\\d+:.*"))
                    .limit(LARGEST)
                    .toList();
            return new LiveHeap(total, largest);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + jcmd, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + jcmd + " ran", e);
        }
    }
}
