package org.escrowmq.systemtests.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.load.LoadMain;
import org.escrowmq.systemtests.load.LoadReport;

/** The load generator as a process of its own, started before the server that it measures. Not thread-safe. */
final class LoadClient implements BenchServer.Loads, AutoCloseable {
    private final Process process;
    private final BufferedWriter input;
    private final BufferedReader output;

    private LoadClient(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static LoadClient start(Path log) {
        try {
            List<String> command = List.of(
                    "java",
                    "-Xms512m",
                    "-Xmx512m",
                    "-Drocketmq.log.root=" + log.resolveSibling("client-logs"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    LoadMain.class.getName(),
                    "serve");
            LoadClient client = new LoadClient(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start());
            client.awaitLine("ready", "ready");
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the load generator", e);
        }
    }

    void prime(String endpoint, boolean tls, BenchTopics.Subscription subscription) {
        run("prime --endpoint " + endpoint + (tls ? " --tls" : " --no-tls") + " --topic " + subscription.topic()
                + " --group " + subscription.group());
    }

    @Override
    public LoadReport run(String arguments) {
        try {
            input.write(arguments);
            input.newLine();
            input.flush();
            return LoadReport.fromJson(awaitLine("{", arguments));
        } catch (IOException e) {
            throw new UncheckedIOException("the load generator ended during: " + arguments, e);
        }
    }

    private String awaitLine(String prefix, String what) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("error:")) {
                throw new IllegalStateException("load \"" + what + "\" failed: " + line);
            }
            if (line.startsWith(prefix)) {
                return line;
            }
        }
        throw new IOException("no more output");
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            // Its pipe breaks when it has ended already, which is what is wanted.
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
