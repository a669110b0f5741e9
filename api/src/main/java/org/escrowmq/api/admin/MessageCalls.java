package org.escrowmq.api.admin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.PeekMessagesRequest;
import org.escrowmq.admin.v1.PeekMessagesResponse;
import org.escrowmq.admin.v1.QueryMessagesRequest;
import org.escrowmq.admin.v1.QueryMessagesResponse;
import org.escrowmq.admin.v1.Receipt;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.admin.v1.SendMessageResponse;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Sending and looking at messages as an operator. Looking neither consumes nor leases anything. */
final class MessageCalls {
    static final int SHOWN_DEFAULT = 16;
    static final int PEEKED_MAX = 32;
    static final int FOUND_MAX = 64;
    /** What a message sent here says of the host it was born on. */
    static final String BORN_HOST = "escrow-admin";

    private final Broker broker;
    private final InstantSource clock;
    private final OperatorMessageIds ids;
    private final long replyBytesMax;

    MessageCalls(Broker broker, InstantSource clock, long replyBytesMax) {
        this.broker = broker;
        this.clock = clock;
        this.ids = new OperatorMessageIds(clock);
        this.replyBytesMax = replyBytesMax;
    }

    CompletionStage<SendMessageResponse> send(SendMessageRequest request) {
        TopicDescription topic = existing(request.getTopic());
        Inputs.within("the number of messages", request.getMessagesCount(), 1, MessageRules.MESSAGES_MAX);
        List<Message> messages = new ArrayList<>(request.getMessagesCount());
        for (OutgoingMessage message : request.getMessagesList()) {
            MessageRules.check(message, messages.size() + 1);
            messages.add(message(message, topic, messages.size() + 1));
        }
        return broker.exchange().send(topic.name(), messages).thenApply(outcomes -> receipts(messages, outcomes));
    }

    CompletionStage<PeekMessagesResponse> peek(PeekMessagesRequest request) {
        TopicDescription topic = existing(request.getTopic());
        int queue = Inputs.within("queue", request.getQueue(), 0, topic.queues() - 1);
        Offset from = new Offset(Inputs.within("from_offset", request.getFromOffset(), 0, Long.MAX_VALUE));
        int max = Inputs.orDefault(Inputs.within("max", request.getMax(), 0, PEEKED_MAX), SHOWN_DEFAULT);
        return broker.inspection().peek(topic.name(), queue, from, max).thenApply(outcome -> {
            PeekMessagesResponse.Builder response = PeekMessagesResponse.newBuilder();
            shown(Inputs.valueOf(outcome), max)
                    .forEach(stored -> response.addMessages(Wire.message(topic.name(), stored)));
            return response.build();
        });
    }

    CompletionStage<QueryMessagesResponse> query(QueryMessagesRequest request) {
        TopicName topic = existing(request.getTopic()).name();
        int max = Inputs.orDefault(Inputs.within("max", request.getMax(), 0, FOUND_MAX), SHOWN_DEFAULT);
        return switch (request.getByCase()) {
            case KEY -> {
                if (request.getKey().isBlank()) throw Rejection.invalid("key is empty");
                yield found(topic, max, broker.inspection().findByKey(topic, request.getKey(), max));
            }
            case ID -> {
                if (request.getId().isBlank()) throw Rejection.invalid("id is empty");
                yield found(topic, max, broker.inspection().findById(topic, request.getId()));
            }
            case BY_NOT_SET -> throw Rejection.invalid("either key or id must be given");
        };
    }

    private CompletionStage<QueryMessagesResponse> found(
            TopicName topic, int max, CompletionStage<Outcome<List<QueueInspection.StoredMessage>>> found) {
        return found.thenApply(outcome -> {
            QueryMessagesResponse.Builder response = QueryMessagesResponse.newBuilder();
            shown(Inputs.valueOf(outcome), max).forEach(stored -> response.addMessages(Wire.message(topic, stored)));
            return response.build();
        });
    }

    /** As many as one answer carries, at least the first. */
    private List<QueueInspection.StoredMessage> shown(List<QueueInspection.StoredMessage> stored, int max) {
        long bytes = 0;
        int count = 0;
        for (QueueInspection.StoredMessage message : stored) {
            bytes += message.message().body().remaining();
            if (count == max || (count > 0 && bytes > replyBytesMax)) break;
            count++;
        }
        return stored.subList(0, count);
    }

    private Message message(OutgoingMessage message, TopicDescription topic, int place) {
        long deliverAt = Inputs.within("deliver_at_epoch_millis", message.getDeliverAtEpochMillis(), 0, Long.MAX_VALUE);
        MessageType type = type(message, topic);
        if (!topic.type().accepted().contains(type)) {
            throw new Rejection(
                    RefusalCode.MESSAGE_TYPE_CONFLICT,
                    "message " + place + " is " + type + ", but topic " + topic.name() + " is " + topic.type()
                            + " and takes " + topic.type().accepted());
        }
        return new Message(
                ids.next(),
                type,
                absentIfEmpty(message.getTag()),
                List.copyOf(message.getKeysList()),
                new LinkedHashMap<>(message.getPropertiesMap()),
                BodyEncoding.IDENTITY,
                message.getBody().asReadOnlyByteBuffer(),
                clock.instant().toEpochMilli(),
                BORN_HOST,
                absentIfEmpty(message.getMessageGroup()),
                deliverAt == 0 ? null : deliverAt,
                null,
                null,
                null,
                null,
                null);
    }

    private static MessageType type(OutgoingMessage message, TopicDescription topic) {
        if (!message.getMessageGroup().isEmpty()) return MessageType.FIFO;
        boolean delays = topic.type().accepted().contains(MessageType.DELAY);
        return delays && message.getDeliverAtEpochMillis() != 0 ? MessageType.DELAY : MessageType.NORMAL;
    }

    private static SendMessageResponse receipts(List<Message> sent, List<Outcome<SendReceipt>> outcomes) {
        Optional<Refusal> allRefused = outcomes.stream().anyMatch(outcome -> outcome instanceof Outcome.Done)
                ? Optional.empty()
                : outcomes.stream()
                        .flatMap(outcome -> outcome.fold(
                                done -> java.util.stream.Stream.<Refusal>empty(), java.util.stream.Stream::of))
                        .findFirst();
        allRefused.ifPresent(refusal -> {
            throw new Rejection(refusal);
        });
        SendMessageResponse.Builder response = SendMessageResponse.newBuilder();
        for (int i = 0; i < outcomes.size(); i++) {
            String id = sent.get(i).id();
            response.addReceipts(outcomes.get(i)
                    .fold(
                            MessageCalls::receipt,
                            refusal -> Receipt.newBuilder()
                                    .setMessageId(id)
                                    .setRefusal(refusal.code() + ": " + refusal.text())
                                    .build()));
        }
        return response.build();
    }

    private static Receipt receipt(SendReceipt receipt) {
        Offset offset = receipt.offset();
        return Receipt.newBuilder()
                .setMessageId(receipt.messageId())
                .setQueue(receipt.queue())
                .setOffset(offset == null ? -1 : offset.value())
                .setRecallHandle(receipt.recallHandle() == null ? "" : receipt.recallHandle())
                .build();
    }

    private TopicDescription existing(String text) {
        TopicName name = Inputs.topic(text);
        return broker.catalogue()
                .topic(name)
                .orElseThrow(() -> new Rejection(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name));
    }

    private static @Nullable String absentIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
