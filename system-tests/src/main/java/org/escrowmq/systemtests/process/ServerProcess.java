package org.escrowmq.systemtests.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that we started: ready when a line of its output says so. Its output goes to a log file. Ended only by its own process id
 * and those of its children; closing it kills it.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final Path log;
    private final long startNanos;
    private final CompletableFuture<Matcher> ready = new CompletableFuture<>();
    private volatile long readyNanos;

    private ServerProcess(String name, Process process, Path log, Pattern readyLine) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.startNanos = System.nanoTime();
        Thread reader = new Thread(() -> read(readyLine), name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it; {@code readyLine} is searched in each line that it prints. The log file is appended to. */
    public static ServerProcess start(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path folder,
            Path log,
            Pattern readyLine) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(folder.toFile());
        builder.redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            return new ServerProcess(name, builder.start(), log, readyLine);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    private void read(Pattern readyLine) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer writer = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = readyLine.matcher(line);
                if (!ready.isDone() && matcher.find()) {
                    readyNanos = System.nanoTime();
                    ready.complete(matcher);
                }
                writer.write(line);
                writer.write('\n');
                writer.flush();
            }
            ready.completeExceptionally(new IllegalStateException(name + " ended before it was ready; see " + log));
        } catch (IOException e) {
            // The pipe of a killed process breaks.
            ready.completeExceptionally(new IllegalStateException(name + " ended before it was ready; see " + log, e));
        }
    }

    /** Waits for the ready line and returns it as matched. */
    public Matcher awaitReady(Duration limit) {
        try {
            return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    e.getCause() == null ? name : e.getCause().getMessage() + tail(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(name + " was not ready within " + limit + tail(), e);
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            return " (its log cannot be read: " + e + ")";
        }
    }

    /** From the start of the process to its ready line. */
    public Duration timeToReady() {
        return Duration.ofNanos(readyNanos - startNanos);
    }

    /** {@link System#nanoTime()} at the ready line. */
    public long readyNanos() {
        return readyNanos;
    }

    public boolean alive() {
        return process.isAlive();
    }

    public Path log() {
        return log;
    }

    /** The process and its children: a start script may stay in front of its server. */
    public List<Long> pids() {
        return tree().map(ProcessHandle::pid).toList();
    }

    private Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    public ProcessFigures figures() {
        return ProcessFigures.of(pids());
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        List<ProcessHandle> handles = tree().toList();
        handles.forEach(ProcessHandle::destroyForcibly);
        handles.forEach(this::awaitEnd);
    }

    /** SIGTERM to the process, and its exit code. */
    public int stop(Duration limit) {
        List<ProcessHandle> handles = tree().toList();
        handles.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                throw new IllegalStateException(name + " did not end within " + limit + " of SIGTERM" + tail());
            }
            handles.forEach(this::awaitEnd);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while stopping " + name, e);
        }
    }

    /** The exit code of a process that ends by itself. */
    public int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(name + " still runs after " + limit + tail());
        }
        return process.exitValue();
    }

    private void awaitEnd(ProcessHandle handle) {
        try {
            handle.onExit().get(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of " + name, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("process " + handle.pid() + " of " + name + " does not end", e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
