package org.escrowmq.systemtests.pending;

import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.EndTransactionRequest;
import apache.rocketmq.v2.EndTransactionResponse;
import apache.rocketmq.v2.Publishing;
import apache.rocketmq.v2.RecoverOrphanedTransactionCommand;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.TelemetryCommand;
import apache.rocketmq.v2.TransactionResolution;
import apache.rocketmq.v2.TransactionSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Durations;
import org.apache.rocketmq.shaded.io.grpc.stub.StreamObserver;
import org.escrowmq.systemtests.client.RawClient;

/** A producer that is nothing but its telemetry stream: hears what it is asked about, and commits it, or never says anything. */
final class AskedProducer implements AutoCloseable {
    private final RawClient raw;
    private final String topic;
    private final boolean answers;
    private final Consumer<String> asked;
    private final AtomicLong refused = new AtomicLong();
    private final StreamObserver<TelemetryCommand> stream;

    /** {@code asked} hears the id of each message that it is asked about. */
    AskedProducer(String endpoint, String topic, boolean answers, Consumer<String> asked) {
        this.raw = new RawClient(endpoint);
        this.topic = topic;
        this.answers = answers;
        this.asked = asked;
        this.stream = raw.async().telemetry(new Commands());
        stream.onNext(TelemetryCommand.newBuilder()
                .setSettings(Settings.newBuilder()
                        .setClientType(ClientType.PRODUCER)
                        .setRequestTimeout(Durations.fromSeconds(3))
                        .setPublishing(Publishing.newBuilder().addTopics(RawClient.resource(topic))))
                .build());
    }

    /** Decisions that were not taken. */
    long refused() {
        return refused.get();
    }

    private final class Commands implements StreamObserver<TelemetryCommand> {
        @Override
        public void onNext(TelemetryCommand command) {
            if (!command.hasRecoverOrphanedTransactionCommand()) return;
            RecoverOrphanedTransactionCommand question = command.getRecoverOrphanedTransactionCommand();
            asked.accept(question.getMessage().getSystemProperties().getMessageId());
            if (answers) commit(question);
        }

        @Override
        public void onError(Throwable failure) {
            refused.incrementAndGet();
        }

        @Override
        public void onCompleted() {}
    }

    private void commit(RecoverOrphanedTransactionCommand question) {
        raw.async()
                .endTransaction(
                        EndTransactionRequest.newBuilder()
                                .setTopic(RawClient.resource(topic))
                                .setMessageId(question.getMessage()
                                        .getSystemProperties()
                                        .getMessageId())
                                .setTransactionId(question.getTransactionId())
                                .setResolution(TransactionResolution.COMMIT)
                                .setSource(TransactionSource.SOURCE_SERVER_CHECK)
                                .build(),
                        new Answer());
    }

    private final class Answer implements StreamObserver<EndTransactionResponse> {
        @Override
        public void onNext(EndTransactionResponse response) {
            if (response.getStatus().getCode() != apache.rocketmq.v2.Code.OK) refused.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            refused.incrementAndGet();
        }

        @Override
        public void onCompleted() {}
    }

    @Override
    public void close() {
        stream.onCompleted();
        raw.close();
    }
}
