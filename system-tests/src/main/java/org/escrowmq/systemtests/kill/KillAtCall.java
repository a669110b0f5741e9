package org.escrowmq.systemtests.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * Has the kernel kill (SIGKILL) a server at exactly its n-th write to the log, or its n-th sync of it, by strace: a write is then not
 * done, and a sync comes after a write that was done and of which nobody has heard. Closing it lets go of a server that lives on.
 */
final class KillAtCall implements AutoCloseable {
    /** What is counted. */
    enum Call {
        WRITE("pwrite64"),
        SYNC("fdatasync");

        private final String systemCall;

        Call(String systemCall) {
            this.systemCall = systemCall;
        }
    }

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Process strace;

    private KillAtCall(Process strace) {
        this.strace = strace;
    }

    /** The server is killed at its {@code count}-th call from now on. */
    static KillAtCall arm(EscrowServer server, Call call, int count) {
        List<Long> pids = server.process().pids();
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", "/dev/null"));
        command.addAll(List.of("-p", Long.toString(pids.get(pids.size() - 1))));
        for (Path segment : segments(server.data())) command.addAll(List.of("-P", segment.toString()));
        command.addAll(List.of("-e", "trace=" + call.systemCall));
        command.addAll(List.of("-e", "inject=" + call.systemCall + ":signal=KILL:when=" + count));
        try {
            Process strace =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            awaitAttached(strace, command);
            return new KillAtCall(strace);
        } catch (IOException e) {
            throw new UncheckedIOException("needs strace (Debian: strace): " + command, e);
        }
    }

    private static List<Path> segments(Path data) {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".seg")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitAttached(Process strace, List<String> command) throws IOException {
        // Not closed: closing would break the pipe that strace goes on writing to.
        BufferedReader lines = strace.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(" attached")) return;
            said.append(line).append('\n');
        }
        throw new IllegalStateException(command + " ended: " + said);
    }

    /** Ends the counting. */
    @Override
    public void close() throws InterruptedException {
        strace.destroy();
        if (!strace.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("strace does not end within " + LIMIT);
        }
    }
}
