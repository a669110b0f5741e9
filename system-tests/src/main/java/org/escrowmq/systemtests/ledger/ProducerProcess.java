package org.escrowmq.systemtests.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A {@link LedgerProducer} that runs. */
final class ProducerProcess {
    private static final long END_SECONDS = 30;

    private final Process process;
    private final int owner;

    private ProducerProcess(Process process, int owner) {
        this.process = process;
        this.owner = owner;
    }

    /** {@code arguments}: those of {@link LedgerProducer#main}. {@code violations} hears what it finds. */
    static ProducerProcess start(int owner, List<String> arguments, Path folder, Consumer<String> violations) {
        List<String> command = new java.util.ArrayList<>(List.of(
                "java",
                "-Xms64m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Drocketmq.log.root=" + folder.resolve("client-logs"),
                "-cp",
                System.getProperty("java.class.path"),
                LedgerProducer.class.getName()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("producers.log").toFile()))
                    .start();
            Thread reader = new Thread(() -> read(process, violations), "producer-" + owner);
            reader.setDaemon(true);
            reader.start();
            return new ProducerProcess(process, owner);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Process process, Consumer<String> violations) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("violation")) violations.accept(line);
            }
        } catch (IOException e) {
            violations.accept("the output of a producer cannot be read: " + e);
        }
    }

    int owner() {
        return owner;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Whether it ended at its step. */
    boolean halted() {
        return !process.isAlive() && process.exitValue() == LedgerProducer.HALTED;
    }

    /** SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Has it end by itself. */
    void close() throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroyForcibly(); // its pipe is broken: it has ended
        }
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("producer process " + process.pid() + " does not end");
        }
    }
}
