package org.escrowmq.systemtests.assembled;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.Target;
import org.escrowmq.systemtests.process.Folders;
import org.escrowmq.systemtests.process.ServerProcess;

/** An official push consumer in a process of its own, whose listener never returns: it holds what it gets until it is killed. */
final class HoldingClient implements AutoCloseable {
    private final ServerProcess process;
    private final Path folder;

    private HoldingClient(ServerProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    static HoldingClient start(String endpoint, String group, String topic) {
        Path folder = ServerFolders.create("client");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx64m",
                "-Drocketmq.log.root=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                HoldingClient.class.getName(),
                endpoint,
                group,
                topic);
        ServerProcess process = ServerProcess.start(
                "holding-client", command, Map.of(), folder, folder.resolve("out.log"), Pattern.compile("^holding"));
        return new HoldingClient(process, folder);
    }

    /** The process: endpoint, group, topic. */
    public static void main(String[] arguments) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        new OfficialClients(new Target(arguments[0], false)).push(arguments[1], arguments[2], message -> {
            System.out.println("holding " + message.getMessageId());
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ConsumeResult.FAILURE;
        });
        never.await();
    }

    void awaitHolding() {
        process.awaitReady(Duration.ofSeconds(90));
    }

    /** SIGKILL: no goodbye. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
        Folders.remove(folder);
    }
}
