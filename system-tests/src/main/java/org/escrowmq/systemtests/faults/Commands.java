package org.escrowmq.systemtests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the system (mount, losetup, e2fsck ...), each awaited within a limit. */
final class Commands {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Commands() {}

    /** Exit code and output (both streams) of one that ended. */
    record Outcome(int exitCode, String output) {}

    /** Its output; any exit code but 0 is an exception that holds the output. */
    static String run(String... command) {
        Outcome outcome = outcome(command);
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " exits with " + outcome.exitCode() + ": " + outcome.output());
        }
        return outcome.output();
    }

    static Outcome outcome(String... command) {
        try {
            Path output = Files.createTempFile("escrow-command", ".out");
            try {
                Process process = new ProcessBuilder(List.of(command))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(String.join(" ", command) + " takes longer than " + LIMIT);
                }
                return new Outcome(
                        process.exitValue(),
                        Files.readString(output, StandardCharsets.UTF_8).strip());
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", command), e);
        }
    }
}
