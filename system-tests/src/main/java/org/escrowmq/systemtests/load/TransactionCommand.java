package org.escrowmq.systemtests.load;

import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.OfficialClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code transactions}: half messages, each committed by the thread that sent it. The latency is that of the commit. */
@Command(
        name = "transactions",
        mixinStandardHelpOptions = true,
        description =
                "Sends half messages and commits them, --threads N one by one; the latency is that of the commit.")
final class TransactionCommand extends LoadCommand {
    @Option(names = "--threads", defaultValue = "1", description = "threads that each wait (${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--messages", defaultValue = "10000", description = "how many are measured (${DEFAULT-VALUE})")
    private long messages;

    @Option(names = "--warm-up", defaultValue = "0", description = "transactions before, not measured")
    private long warmUp;

    @Override
    LoadReport run() throws Exception {
        try (Producer producer = transactionalProducer()) {
            if (warmUp > 0) commitAll(producer, Extent.messages(warmUp));
            return commitAll(producer, Extent.messages(messages)).report("transactions-" + threads);
        }
    }

    private Stopwatch commitAll(Producer producer, Extent extent) throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        byte[] body = new byte[bodyBytes()];
        SendLoad.inThreads(threads, () -> {
            while (extent.next()) commitOne(producer, body, watch);
        });
        return watch;
    }

    private void commitOne(Producer producer, byte[] body, Stopwatch watch) {
        try {
            Transaction transaction = producer.beginTransaction();
            producer.send(OfficialClients.message(topic(), body), transaction);
            long begin = System.nanoTime();
            transaction.commit();
            watch.succeeded(System.nanoTime() - begin);
        } catch (ClientException | StatusRuntimeException e) {
            watch.failed(e);
        }
    }
}
