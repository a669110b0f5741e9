package org.escrowmq.systemtests.load;

import java.time.Duration;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code prime}: lets a new group poll an empty topic once, so that its position is fixed before the first message. */
@Command(
        name = "prime",
        mixinStandardHelpOptions = true,
        description = "One empty receive of a group, which fixes where it starts.")
final class PrimeCommand extends LoadCommand {
    @Option(names = "--group", required = true, description = "consumer group")
    private String group = "";

    @Override
    LoadReport run() throws Exception {
        Stopwatch watch = new Stopwatch();
        producer().close();
        try (SimpleConsumer consumer = clients().simple(group, topic(), Duration.ofSeconds(5))) {
            int received = consumer.receive(32, Duration.ofSeconds(10)).size();
            if (received > 0) {
                throw new IllegalStateException("topic " + topic() + " is not empty: received " + received);
            }
        }
        return watch.report("prime");
    }
}
