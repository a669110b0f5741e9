package org.escrowmq.systemtests.load;

import org.apache.rocketmq.client.apis.producer.Producer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store}: a backlog for {@code drain}; fails unless all of it is acknowledged. */
@Command(name = "store", mixinStandardHelpOptions = true, description = "Stores a backlog for drain.")
final class StoreCommand extends LoadCommand {
    @Option(names = "--messages", defaultValue = "200000", description = "backlog (${DEFAULT-VALUE})")
    private int messages;

    @Override
    LoadReport run() throws Exception {
        try (Producer producer = producer()) {
            Stopwatch stored = new SendLoad(producer, topic(), bodyBytes()).async(256, Extent.messages(messages));
            LoadReport report = stored.report("store");
            if (report.messages() < messages) {
                throw new IllegalStateException("backlog not stored: " + report.toJson());
            }
            return report;
        }
    }
}
