package org.escrowmq.systemtests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.escrowmq.systemtests.process.ProcessFigures;
import org.escrowmq.systemtests.process.ServerProcess;

/** A server that runs, in one process or several; {@code timeToReady} is from the start of the first to ready of the last. */
record RunningServer(String endpoint, List<ServerProcess> processes, Duration timeToReady) implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    ProcessFigures figures() {
        return ProcessFigures.of(
                processes.stream().flatMap(process -> process.pids().stream()).toList());
    }

    /** What each process was really started with: its memory and collector options, from its command line. */
    List<String> heapFlags() {
        return processes.stream()
                .flatMap(process -> process.pids().stream())
                .map(RunningServer::heapFlags)
                .filter(flags -> !flags.isEmpty())
                .toList();
    }

    private static String heapFlags(long pid) {
        try {
            String[] words = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .split("\0");
            return String.join(
                    " ",
                    Stream.of(words)
                            .filter(word ->
                                    word.startsWith("-Xm") || word.startsWith("-XX:") || word.startsWith("-Xss"))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM to each, the last started first. */
    void stop() {
        List<ServerProcess> lastFirst = new ArrayList<>(processes);
        java.util.Collections.reverse(lastFirst);
        lastFirst.forEach(process -> process.stop(STOP_LIMIT));
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
    }
}
