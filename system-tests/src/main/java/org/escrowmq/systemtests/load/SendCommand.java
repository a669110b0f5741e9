package org.escrowmq.systemtests.load;

import org.apache.rocketmq.client.apis.producer.Producer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code send}: throughput and latency of sends, after a warm-up that is not counted. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Sends messages, --threads N one by one or --in-flight N asynchronously.")
final class SendCommand extends LoadCommand {
    @Option(names = "--threads", defaultValue = "0", description = "threads that each wait for their answers")
    private int threads;

    @Option(names = "--in-flight", defaultValue = "0", description = "asynchronous sends in flight")
    private int inFlight;

    @Option(names = "--messages", defaultValue = "100000", description = "how many are measured (${DEFAULT-VALUE})")
    private long messages;

    @Option(names = "--seconds", defaultValue = "0", description = "measure this long instead of a number of messages")
    private long seconds;

    @Option(names = "--warm-up", defaultValue = "0", description = "messages sent before, not measured")
    private long warmUp;

    @Override
    LoadReport run() throws Exception {
        if ((threads > 0) == (inFlight > 0)) {
            throw new IllegalArgumentException("give either --threads or --in-flight");
        }
        // A time runs from here, so that it includes the client's start.
        Extent bySeconds = Extent.seconds(seconds);
        try (Producer producer = producer()) {
            SendLoad load = new SendLoad(producer, topic(), bodyBytes());
            if (warmUp > 0) {
                send(load, Extent.messages(warmUp));
            }
            Stopwatch watch = send(load, seconds > 0 ? bySeconds : Extent.messages(messages));
            return watch.report(threads > 0 ? "send-sync-" + threads : "send-async-" + inFlight);
        }
    }

    private Stopwatch send(SendLoad load, Extent extent) throws InterruptedException {
        return threads > 0 ? load.sync(threads, extent) : load.async(inFlight, extent);
    }
}
