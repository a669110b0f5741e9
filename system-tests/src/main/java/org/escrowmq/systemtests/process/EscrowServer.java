package org.escrowmq.systemtests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.Target;

/**
 * One node of Escrow as a user runs it, {@code bin/escrow server --config FILE}, on a data folder and two ports of its own. It can be
 * killed and started again on the same folder and ports. Not thread-safe.
 */
public final class EscrowServer implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("\\bready messaging=");
    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

    private final Path home;
    private final Path folder;
    private final int port;
    private final int adminPort;
    private final Map<String, String> keys;
    private final Map<String, String> environment;
    private ServerProcess process;

    private EscrowServer(
            Path home,
            Path folder,
            int port,
            int adminPort,
            Map<String, String> keys,
            Map<String, String> environment) {
        this.home = home;
        this.folder = folder;
        this.port = port;
        this.adminPort = adminPort;
        this.keys = keys;
        this.environment = environment;
        this.process = launch();
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param home the source tree or unpacked distribution that holds bin/escrow
     * @param folder where its data, configuration and log go; may hold the data of an earlier run
     * @param keys configuration beside ports and data folder, as in {@code escrow.queue.x = 1}
     */
    public static EscrowServer start(Path home, Path folder, Map<String, String> keys) {
        return start(home, folder, keys, Map.of());
    }

    /** The same with variables of its environment beside ours. */
    public static EscrowServer start(
            Path home, Path folder, Map<String, String> keys, Map<String, String> environment) {
        EscrowServer server = launch(home, folder, keys, environment);
        try {
            server.awaitReady();
            return server;
        } catch (IllegalStateException e) {
            // Nobody else could end it.
            server.close();
            throw e;
        }
    }

    /** Starts a node and does not wait. */
    public static EscrowServer launch(Path home, Path folder, Map<String, String> keys) {
        return launch(home, folder, keys, Map.of());
    }

    private static EscrowServer launch(
            Path home, Path folder, Map<String, String> keys, Map<String, String> environment) {
        List<Integer> ports = FreePorts.some(2);
        return new EscrowServer(home, folder, ports.get(0), ports.get(1), keys, environment);
    }

    /** The source tree that the tests and tools run in. */
    public static Path homeOfThisTree() {
        String home = System.getProperty("escrow.home");
        if (home == null) {
            throw new IllegalStateException("set -Descrow.home to the folder that holds bin/escrow");
        }
        return Path.of(home);
    }

    private ServerProcess launch() {
        Path config = folder.resolve("escrow.conf");
        Map<String, String> all = new TreeMap<>(keys);
        all.put("escrow.persistence.directory", '"' + data().toString() + '"');
        all.put("escrow.api.messaging.port", Integer.toString(port));
        all.put("escrow.api.admin.port", Integer.toString(adminPort));
        StringBuilder text = new StringBuilder();
        all.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        try {
            Files.createDirectories(folder);
            Files.writeString(config, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ServerProcess.start(
                "escrow",
                List.of(script(), "server", "--config", config.toString()),
                environment,
                folder,
                log(),
                READY);
    }

    private String script() {
        return home.resolve("bin/escrow").toString();
    }

    public ServerProcess process() {
        return process;
    }

    public void awaitReady() {
        process.awaitReady(START_LIMIT);
    }

    /** After {@link #kill()} or {@link #stop()}: on the same data and ports; not awaited. */
    public void startAgain() {
        if (process.alive()) {
            throw new IllegalStateException("still running");
        }
        process = launch();
    }

    public void kill() {
        process.kill();
    }

    /** SIGTERM, and waits for the end; the exit code. */
    public int stop() {
        return process.stop(STOP_LIMIT);
    }

    public Path data() {
        return folder.resolve("data");
    }

    public Path log() {
        return folder.resolve("escrow.log");
    }

    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    public String adminEndpoint() {
        return "127.0.0.1:" + adminPort;
    }

    /** Clients over TLS, or over plaintext. */
    public OfficialClients clients(boolean tls) {
        return new OfficialClients(new Target(endpoint(), tls));
    }

    /** Runs {@code bin/escrow ARGUMENTS --admin ...} against this node; its output, or an exception that holds it. */
    public String command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(script()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--admin", adminEndpoint()));
        try {
            Path output = Files.createTempFile(folder, "command", ".out");
            Process run = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!run.waitFor(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                run.destroyForcibly();
                throw new IllegalStateException(command + " takes longer than " + COMMAND_LIMIT);
            }
            String text = Files.readString(output);
            Files.delete(output);
            if (run.exitValue() != 0) {
                throw new IllegalStateException(command + " exits with " + run.exitValue() + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + command, e);
        }
    }

    public void createTopic(String name, int queues) {
        command("topic", "create", name, "--queues", Integer.toString(queues));
    }

    public void createGroup(String name, String start) {
        command("group", "create", name, "--start", start);
    }

    @Override
    public void close() {
        process.close();
    }
}
