package org.escrowmq.systemtests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.escrowmq.systemtests.process.Folders;
import org.escrowmq.systemtests.process.FreePorts;
import org.escrowmq.systemtests.process.ServerProcess;

/**
 * RocketMQ as published on Maven Central: a name server, and a proxy in local mode (the broker runs inside it) with their defaults,
 * which flush asynchronously. Its heap is 2 GiB and never more; the name server's 256 MiB.
 */
final class RocketMqBenchServer implements BenchServer {
    private static final Pattern NAME_SERVER_READY = Pattern.compile("boot success");
    private static final Pattern PROXY_READY = Pattern.compile("startup successfully");
    private static final Pattern ANY_LINE = Pattern.compile("");
    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Duration TOOL_LIMIT = Duration.ofSeconds(120);

    private final Path jars;

    RocketMqBenchServer(Path jars) {
        this.jars = jars;
    }

    @Override
    public String name() {
        return "rocketmq";
    }

    @Override
    public void prepare(Path template, BenchTopics topics, boolean tls) {
        Ports ports = Ports.free();
        try (RunningServer server = start(template, ports);
                LoadClient client = LoadClient.start(template.resolve("prime.log"))) {
            for (BenchTopics.Topic topic : topics.topics()) {
                String queues = Integer.toString(topic.queues());
                String attributes = "+message.type=" + topic.type();
                tool(template, ports, "updateTopic", "-t", topic.name(), "-r", queues, "-w", queues, "-a", attributes);
            }
            topics.subscriptions().forEach(subscription -> {
                String orderly = Boolean.toString(subscription.fifo());
                tool(template, ports, "updateSubGroup", "-g", subscription.group(), "-o", orderly);
            });
            topics.subscriptions().forEach(subscription -> client.prime(server.endpoint(), tls, subscription));
            server.stop();
        }
    }

    @Override
    public RunningServer start(Path template, Path folder) {
        // Topics, groups and positions; the store itself is as empty as a new one, and its gigabyte file is not copied.
        Folders.copy(template.resolve("store/config"), folder.resolve("store/config"));
        return start(folder, Ports.free());
    }

    private RunningServer start(Path folder, Ports ports) {
        write(folder.resolve("namesrv.conf"), "listenPort=" + ports.nameServer, "bindAddress=127.0.0.1");
        write(
                folder.resolve("broker.conf"),
                "brokerClusterName=DefaultCluster",
                "brokerName=broker-a",
                "brokerId=0",
                "brokerIP1=127.0.0.1",
                "bindAddress=127.0.0.1",
                "listenPort=" + ports.broker,
                "haListenPort=" + ports.replication,
                "namesrvAddr=127.0.0.1:" + ports.nameServer,
                "timerWheelEnable=true",
                "storePathRootDir=" + folder.resolve("store"));
        write(
                folder.resolve("conf/rmq-proxy.json"),
                "{\"rocketMQClusterName\":\"DefaultCluster\",\"namesrvAddr\":\"127.0.0.1:" + ports.nameServer + "\",",
                " \"grpcServerPort\":" + ports.proxy + ",\"remotingListenPort\":" + ports.remoting + "}");
        List<ServerProcess> started = new ArrayList<>();
        long begin = System.nanoTime();
        try {
            ServerProcess nameServer = java(
                    folder,
                    "namesrv",
                    List.of("-Xms256m", "-Xmx256m"),
                    NAME_SERVER_READY,
                    "org.apache.rocketmq.namesrv.NamesrvStartup",
                    "-c",
                    "namesrv.conf");
            started.add(nameServer);
            nameServer.awaitReady(START_LIMIT);
            ServerProcess proxy = java(
                    folder,
                    "proxy",
                    List.of("-Xms2g", "-Xmx2g"),
                    PROXY_READY,
                    "org.apache.rocketmq.proxy.ProxyStartup",
                    "-pm",
                    "local",
                    "-bc",
                    "broker.conf",
                    "-pc",
                    "conf/rmq-proxy.json",
                    "-n",
                    "127.0.0.1:" + ports.nameServer);
            started.add(proxy);
            proxy.awaitReady(START_LIMIT);
            Duration timeToReady = Duration.ofNanos(proxy.readyNanos() - begin);
            return new RunningServer("127.0.0.1:" + ports.proxy, List.copyOf(started), timeToReady);
        } catch (IllegalStateException e) {
            started.forEach(ServerProcess::close);
            throw e;
        }
    }

    private void tool(Path folder, Ports ports, String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command, "-n", "127.0.0.1:" + ports.nameServer));
        all.addAll(List.of("-b", "127.0.0.1:" + ports.broker));
        all.addAll(List.of(arguments));
        try (ServerProcess tool = java(
                folder,
                "mqadmin",
                List.of("-Xmx128m"),
                ANY_LINE,
                "org.apache.rocketmq.tools.command.MQAdminStartup",
                all.toArray(String[]::new))) {
            int exit = tool.awaitExit(TOOL_LIMIT);
            String output = Files.readString(tool.log());
            if (exit != 0 || !output.contains("success")) {
                throw new IllegalStateException("mqadmin " + all + " exits with " + exit + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in mqadmin", e);
        }
    }

    private ServerProcess java(
            Path folder, String name, List<String> flags, Pattern ready, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of("java"));
        command.addAll(flags);
        // Its logs go below the user's home, so that is moved as well.
        command.addAll(List.of("-Duser.home=" + folder, "-cp", jars + "/*", main));
        command.addAll(List.of(arguments));
        return ServerProcess.start(
                name,
                command,
                Map.of("ROCKETMQ_HOME", folder.toString()),
                folder,
                folder.resolve(name + ".log"),
                ready);
    }

    private static void write(Path file, String... lines) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The broker also listens on its port minus two. */
    private record Ports(int nameServer, int broker, int replication, int proxy, int remoting) {
        static Ports free() {
            List<Integer> ports = FreePorts.some(5);
            return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4));
        }
    }
}
