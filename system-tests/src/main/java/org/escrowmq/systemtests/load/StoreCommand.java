package org.escrowmq.systemtests.load;

import org.apache.rocketmq.client.apis.producer.Producer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store}: a backlog for {@code drain}, {@code push} and {@code simple}; fails unless all of it is acknowledged. */
@Command(name = "store", mixinStandardHelpOptions = true, description = "Stores a backlog for drain, push and simple.")
final class StoreCommand extends LoadCommand {
    private static final int IN_FLIGHT = 256;

    @Option(names = "--messages", defaultValue = "200000", description = "backlog (${DEFAULT-VALUE})")
    private int messages;

    @Option(
            names = "--message-groups",
            defaultValue = "0",
            description = "message groups, over which the messages go round; 0 for none (${DEFAULT-VALUE})")
    private int messageGroups;

    @Override
    LoadReport run() throws Exception {
        try (Producer producer = producer()) {
            Stopwatch stored = new Backlog(messages, messageGroups, 0).store(producer, topic(), bodyBytes(), IN_FLIGHT);
            LoadReport report = stored.report("store");
            if (report.messages() < messages) {
                throw new IllegalStateException("backlog not stored: " + report.toJson());
            }
            return report;
        }
    }
}
