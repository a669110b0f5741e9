package org.escrowmq.systemtests.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}: RocketMQ and Escrow in turn, one at a time, each round on fresh data; then medians, ratios and limits. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures Escrow and RocketMQ 5.5.0 in turn on this machine. Exit code 1 when a floor is missed, or when a"
                        + " message was consumed too often, never or out of order.",
        footer = "%nExample: system-tests/bin/bench --quick --only escrow --loads async,sync64")
public final class Bench implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "5", description = "rounds of each server (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--quick", description = "one round")
    private boolean quick;

    @Option(names = "--only", split = ",", description = "rocketmq or escrow (default: both)")
    private Set<String> only = new LinkedHashSet<>(List.of("rocketmq", "escrow"));

    @Option(
            names = "--loads",
            split = ",",
            description =
                    "which loads, of cold,async,sync64,sync1,hot,e2e,drain,push,simple,fifo,txn,delay,idle (default: all)")
    private Set<String> loads = new LinkedHashSet<>(Round.allLoads());

    @Option(
            names = "--backlog-share",
            defaultValue = "1",
            description = "how much of the backlogs of push, simple and fifo to take; less is for trying the tool"
                    + " (${DEFAULT-VALUE})")
    private double backlogShare;

    @Option(
            names = "--tls",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "clients over TLS, their default; --no-tls for plaintext")
    private boolean tls;

    @Option(names = "--json", description = "file for the figures (default: beside the build)")
    private Path json = EscrowServer.homeOfThisTree().resolve("system-tests/target/bench.json");

    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<String> unknown = new LinkedHashSet<>(loads);
        unknown.removeAll(Round.allLoads());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown loads " + unknown + "; there are " + Round.allLoads());
        }
        Path home = EscrowServer.homeOfThisTree();
        List<BenchServer> servers = List.of(
                        new RocketMqBenchServer(home.resolve("system-tests/rocketmq/target/lib")),
                        new EscrowBenchServer(home))
                .stream()
                .filter(server -> only.contains(server.name()))
                .toList();
        Path work = Files.createTempDirectory("escrow-bench");
        BenchReport report = new BenchReport();
        try {
            for (BenchServer server : servers) {
                System.out.println("preparing " + server.name());
                Path template = Files.createDirectories(work.resolve(server.name() + "-template"));
                server.prepare(template, BenchTopics.of(loads), tls);
            }
            int count = quick ? 1 : rounds;
            for (int round = 1; round <= count; round++) {
                for (BenchServer server : servers) {
                    run(server, work, round, report);
                }
            }
        } finally {
            Folders.remove(work);
        }
        System.out.println(report.table());
        Files.createDirectories(json.toAbsolutePath().getParent());
        Files.writeString(json, report.json(machine()));
        System.out.println("figures: " + json);
        return report.passes() ? 0 : 1;
    }

    private void run(BenchServer server, Path work, int round, BenchReport report)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve(server.name() + "-" + round));
        // The client's JVM is there before the server, so that its start is no part of the server's first seconds.
        try (LoadClient client = LoadClient.start(folder.resolve("client.log"));
                RunningServer running = server.start(work.resolve(server.name() + "-template"), folder);
                Round measured = new Round(running, client, tls, loads, backlogShare)) {
            Map<Figure, Double> figures = measured.measure();
            report.add(server.name(), figures, running.heapFlags());
            report.addViolations(server.name(), measured.violations());
            System.out.println("round " + round + " " + server.name() + " " + figures);
        } finally {
            Folders.remove(folder);
        }
    }

    private static Map<String, Object> machine() throws IOException {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("time", Instant.now().toString());
        machine.put("host", InetAddress.getLocalHost().getHostName());
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("kernel", Files.readString(Path.of("/proc/version")).strip());
        machine.put("java", System.getProperty("java.vm.version"));
        machine.put("memory", Files.readAllLines(Path.of("/proc/meminfo")).get(0));
        return machine;
    }
}
