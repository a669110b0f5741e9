package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.SendResultEntry;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SystemProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.QuotaLimiter;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * SendMessage: bounds, checks, holds to quotas, hands the messages over, answers entry by entry. Bodies are never copied here. What is
 * refused for being too much is answered at a bounded pace.
 */
final class Sending implements Gate {
    private final Catalogue catalogue;
    private final MessageExchange exchange;
    private final SendChecks checks;
    private final DeliveryTimes times;
    private final SendLoad load;
    private final QuotaLimiter quotas;
    private final RefusalPace pace;

    Sending(
            Catalogue catalogue,
            MessageExchange exchange,
            SendChecks checks,
            DeliveryTimes times,
            SendLoad load,
            QuotaLimiter quotas,
            RefusalPace pace) {
        this.catalogue = catalogue;
        this.exchange = exchange;
        this.checks = checks;
        this.times = times;
        this.load = load;
        this.quotas = quotas;
        this.pace = pace;
    }

    @Override
    public boolean isClosed() {
        return load.isFull();
    }

    @Override
    public CompletionStage<Status> refusal() {
        Status full = load.full();
        return pace.turn().thenApply(now -> full);
    }

    static SendMessageResponse refused(Status status) {
        return SendMessageResponse.newBuilder().setStatus(status).build();
    }

    CompletionStage<SendMessageResponse> send(Caller caller, SendMessageRequest request) {
        if (request.getMessagesCount() == 0) return answered(SendChecks.noMessages());
        SendLoad.Entry entry = load.enter(request.getMessages(0).getTopic(), bodyBytes(request));
        SendLoad.Place place = entry.place();
        if (place == null) return paced(refused(Objects.requireNonNull(entry.refusal())));
        try {
            Status broken = checks.check(request);
            return broken == null ? send(caller, request, place) : left(place, broken);
        } catch (RuntimeException e) {
            load.leave(place, false);
            throw e;
        }
    }

    private CompletionStage<SendMessageResponse> send(Caller caller, SendMessageRequest request, SendLoad.Place place) {
        TopicName name = NameChecks.topicName(request.getMessages(0).getTopic());
        Optional<TopicDescription> topic = catalogue.topic(name);
        if (topic.isEmpty()) {
            return left(place, Statuses.of(Code.TOPIC_NOT_FOUND, "there is no topic " + name));
        }
        Status broken = SendChecks.check(request, topic.get());
        if (broken != null) return left(place, broken);
        Outcome<QuotaLimiter.Ticket> quota =
                quotas.send(name, caller.clientId(), request.getMessagesCount(), place.bytes());
        if (quota instanceof Outcome.Refused<QuotaLimiter.Ticket> refused) {
            load.leave(place, false);
            return paced(refused(Statuses.of(refused.refusal())));
        }
        return handOver(
                caller, name, messages(caller, request), place, ((Outcome.Done<QuotaLimiter.Ticket>) quota).value());
    }

    private CompletionStage<SendMessageResponse> left(SendLoad.Place place, Status broken) {
        load.leave(place, false);
        return answered(broken);
    }

    private CompletionStage<SendMessageResponse> handOver(
            Caller caller, TopicName topic, List<Message> messages, SendLoad.Place place, QuotaLimiter.Ticket quota) {
        CompletionStage<List<Outcome<SendReceipt>>> sent;
        try {
            sent = messages.get(0).type() == MessageType.TRANSACTION
                    ? exchange.sendTransactional(topic, caller.clientId(), messages)
                    : exchange.send(topic, messages);
        } catch (RuntimeException e) {
            quota.close();
            throw e;
        }
        return sent.whenComplete((outcomes, failure) -> {
                    quota.close();
                    load.leave(place, failure == null && anyDone(outcomes));
                })
                .thenCompose(outcomes -> paced(response(outcomes)));
    }

    private static boolean anyDone(List<Outcome<SendReceipt>> outcomes) {
        for (Outcome<SendReceipt> outcome : outcomes) {
            if (outcome instanceof Outcome.Done) return true;
        }
        return false;
    }

    /** Whoever is told that it is too much hears it at a bounded pace; all others at once. */
    private CompletionStage<SendMessageResponse> paced(SendMessageResponse response) {
        return response.getStatus().getCode() == Code.TOO_MANY_REQUESTS
                ? pace.turn().thenApply(now -> response)
                : CompletableFuture.completedFuture(response);
    }

    private static SendMessageResponse response(List<Outcome<SendReceipt>> outcomes) {
        SendMessageResponse.Builder response = SendMessageResponse.newBuilder();
        List<Status> statuses = new ArrayList<>(outcomes.size());
        for (Outcome<SendReceipt> outcome : outcomes) {
            SendResultEntry entry = outcome.fold(
                    Sending::entry,
                    refusal -> SendResultEntry.newBuilder()
                            .setStatus(Statuses.of(refusal))
                            .build());
            statuses.add(entry.getStatus());
            response.addEntries(entry);
        }
        return response.setStatus(Statuses.ofAll(statuses)).build();
    }

    private static SendResultEntry entry(SendReceipt receipt) {
        SendResultEntry.Builder entry =
                SendResultEntry.newBuilder().setStatus(Statuses.OK).setMessageId(receipt.messageId());
        if (receipt.offset() != null) entry.setOffset(receipt.offset().value());
        if (receipt.transactionId() != null) entry.setTransactionId(receipt.transactionId());
        if (receipt.recallHandle() != null) entry.setRecallHandle(receipt.recallHandle());
        return entry.build();
    }

    private static long bodyBytes(SendMessageRequest request) {
        long bytes = 0;
        for (int i = 0; i < request.getMessagesCount(); i++) {
            bytes += request.getMessages(i).getBody().size();
        }
        return bytes;
    }

    private List<Message> messages(Caller caller, SendMessageRequest request) {
        int count = request.getMessagesCount();
        if (count == 1) return List.of(message(caller, request.getMessages(0)));
        List<Message> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) messages.add(message(caller, request.getMessages(i)));
        return messages;
    }

    private Message message(Caller caller, apache.rocketmq.v2.Message wire) {
        SystemProperties system = wire.getSystemProperties();
        return new Message(
                system.getMessageId(),
                SendChecks.typeOf(wire),
                presentText(system.getTag()),
                system.getKeysList(),
                wire.getUserPropertiesMap(),
                system.getBodyEncoding() == Encoding.GZIP ? BodyEncoding.GZIP : BodyEncoding.IDENTITY,
                wire.getBody().asReadOnlyByteBuffer(),
                WireTimes.epochMillis(system.getBornTimestamp()),
                system.getBornHost().isEmpty() ? caller.source() : system.getBornHost(),
                presentText(SendChecks.groupOf(wire)),
                times.of(caller, wire),
                system.hasOrphanedTransactionRecoveryDuration()
                        ? WireTimes.millis(system.getOrphanedTransactionRecoveryDuration())
                        : null,
                presentText(system.getTraceContext()),
                system.hasPriority() ? system.getPriority() : null,
                presentText(system.getLiteTopic()),
                null);
    }

    private static @Nullable String presentText(String text) {
        return text.isEmpty() ? null : text;
    }

    private static CompletionStage<SendMessageResponse> answered(Status status) {
        return CompletableFuture.completedFuture(refused(status));
    }
}
