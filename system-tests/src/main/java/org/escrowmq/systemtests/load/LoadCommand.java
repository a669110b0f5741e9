package org.escrowmq.systemtests.load;

import java.time.Duration;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.ProducerBuilder;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.Target;
import picocli.CommandLine.Option;

/** What all loads are told: where, which topic, and how large the bodies are. */
abstract class LoadCommand {
    @Option(names = "--endpoint", required = true, description = "HOST:PORT of the server")
    private String endpoint = "";

    @Option(
            names = "--tls",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "TLS, as the official client does by default; --no-tls for plaintext")
    private boolean tls;

    @Option(names = "--topic", required = true, description = "existing topic")
    private String topic = "";

    @Option(names = "--body-bytes", defaultValue = "1024", description = "size of a body (${DEFAULT-VALUE})")
    private int bodyBytes;

    @Option(
            names = "--start-within",
            defaultValue = "60",
            description =
                    "seconds in which the clients must have started, trying again when they fail (${DEFAULT-VALUE})")
    private long startWithinSeconds;

    final OfficialClients clients() {
        return new OfficialClients(new Target(endpoint, tls));
    }

    final String topic() {
        return topic;
    }

    final int bodyBytes() {
        return bodyBytes;
    }

    final Producer producer() throws ClientException {
        return started(clients().producerBuilder(topic));
    }

    /** One that commits, and that nobody needs to ask. */
    final Producer transactionalProducer() throws ClientException {
        return started(clients().producerBuilder(topic).setTransactionChecker(message -> TransactionResolution.COMMIT));
    }

    /** A server that has just become ready may refuse the first start: try again, as an application would. */
    private Producer started(ProducerBuilder builder) throws ClientException {
        long end = System.nanoTime() + Duration.ofSeconds(startWithinSeconds).toNanos();
        while (true) {
            try {
                return builder.build();
            } catch (ClientException | IllegalStateException e) {
                // The second is how the client reports that the start of its service failed.
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    /** Measures, and says what. */
    abstract LoadReport run() throws Exception;
}
