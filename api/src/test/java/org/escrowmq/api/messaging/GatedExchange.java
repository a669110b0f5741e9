package org.escrowmq.api.messaging;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/** An exchange whose sends wait at a gate, as they wait for a slow disk. */
class GatedExchange implements MessageExchange {
    volatile CompletableFuture<Void> gate = new CompletableFuture<>();
    private final MessageExchange behind;

    GatedExchange(MessageExchange behind) {
        this.behind = behind;
    }

    @Override
    public CompletionStage<List<Outcome<SendReceipt>>> send(TopicName topic, List<Message> messages) {
        return gate.thenCompose(open -> behind.send(topic, messages));
    }

    @Override
    public CompletionStage<List<Outcome<SendReceipt>>> sendTransactional(
            TopicName topic, String clientId, List<Message> messages) {
        return gate.thenCompose(open -> behind.sendTransactional(topic, clientId, messages));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> end(TransactionEnd end) {
        return behind.end(end);
    }

    @Override
    public CompletionStage<Outcome<String>> recall(TopicName topic, String clientId, String recallHandle) {
        return behind.recall(topic, clientId, recallHandle);
    }

    @Override
    public Poll receive(ReceiveQuery query) {
        return behind.receive(query);
    }

    @Override
    public CompletionStage<List<Outcome<Boolean>>> acknowledge(
            TopicName topic, GroupName group, List<String> receiptHandles) {
        return behind.acknowledge(topic, group, receiptHandles);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> deadLetter(TopicName topic, GroupName group, String receiptHandle) {
        return behind.deadLetter(topic, group, receiptHandle);
    }

    @Override
    public CompletionStage<Outcome<String>> changeInvisibleDuration(
            TopicName topic, GroupName group, String receiptHandle, Duration invisible, boolean countsAsAttempt) {
        return behind.changeInvisibleDuration(topic, group, receiptHandle, invisible, countsAsAttempt);
    }
}
