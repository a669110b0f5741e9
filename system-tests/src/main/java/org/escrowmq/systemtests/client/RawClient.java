package org.escrowmq.systemtests.client;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.Address;
import apache.rocketmq.v2.AddressScheme;
import apache.rocketmq.v2.ChangeInvisibleDurationRequest;
import apache.rocketmq.v2.ChangeInvisibleDurationResponse;
import apache.rocketmq.v2.ClientType;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.EndTransactionRequest;
import apache.rocketmq.v2.Endpoints;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.ForwardMessageToDeadLetterQueueRequest;
import apache.rocketmq.v2.HeartbeatRequest;
import apache.rocketmq.v2.HeartbeatResponse;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.NotifyClientTerminationRequest;
import apache.rocketmq.v2.NotifyClientTerminationResponse;
import apache.rocketmq.v2.PullMessageRequest;
import apache.rocketmq.v2.QueryOffsetPolicy;
import apache.rocketmq.v2.QueryOffsetRequest;
import apache.rocketmq.v2.QueryRouteRequest;
import apache.rocketmq.v2.QueryRouteResponse;
import apache.rocketmq.v2.RecallMessageRequest;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.SendMessageRequest;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SystemProperties;
import apache.rocketmq.v2.TransactionResolution;
import apache.rocketmq.v2.TransactionSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.shaded.com.google.protobuf.ByteString;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Durations;
import org.apache.rocketmq.shaded.com.google.protobuf.util.Timestamps;
import org.apache.rocketmq.shaded.io.grpc.ClientInterceptor;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannel;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannelBuilder;
import org.apache.rocketmq.shaded.io.grpc.Metadata;
import org.apache.rocketmq.shaded.io.grpc.stub.MetadataUtils;
import org.jspecify.annotations.Nullable;

/**
 * The messaging service call by call over one plaintext connection, for what the official client never does. Names itself by a client
 * id of its own and reports no settings. Thread-safe.
 */
public final class RawClient implements AutoCloseable {
    private static final Metadata.Key<String> CLIENT_ID = key("x-mq-client-id");
    private static final int INBOUND_BYTES_MAX = 64 << 20;

    private final ManagedChannel channel;
    private final String clientId = "raw@" + UUID.randomUUID();
    private final MessagingServiceGrpc.MessagingServiceBlockingStub blocking;
    private final MessagingServiceGrpc.MessagingServiceStub async;

    public RawClient(String endpoint) {
        this.channel = ManagedChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .maxInboundMessageSize(INBOUND_BYTES_MAX)
                .build();
        Metadata headers = new Metadata();
        headers.put(CLIENT_ID, clientId);
        headers.put(key("x-mq-language"), "JAVA");
        headers.put(key("x-mq-client-version"), "5.2.0");
        headers.put(key("x-mq-protocol"), "v2");
        ClientInterceptor interceptor = MetadataUtils.newAttachHeadersInterceptor(headers);
        this.blocking = MessagingServiceGrpc.newBlockingStub(channel).withInterceptors(interceptor);
        this.async = MessagingServiceGrpc.newStub(channel).withInterceptors(interceptor);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** For calls that this class does not name. */
    public MessagingServiceGrpc.MessagingServiceStub async() {
        return async;
    }

    public MessagingServiceGrpc.MessagingServiceBlockingStub blocking(Duration deadline) {
        return blocking.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    public static Resource resource(String name) {
        return Resource.newBuilder().setName(name).build();
    }

    public QueryRouteResponse route(String topic) {
        return blocking(Duration.ofSeconds(10))
                .queryRoute(QueryRouteRequest.newBuilder()
                        .setTopic(resource(topic))
                        .setEndpoints(endpoints())
                        .build());
    }

    private static Endpoints endpoints() {
        return Endpoints.newBuilder()
                .setScheme(AddressScheme.IPv4)
                .addAddresses(Address.newBuilder().setHost("127.0.0.1").setPort(8081))
                .build();
    }

    /** A message of a message group, with an id of its own. */
    public static Message grouped(String topic, String messageGroup, byte[] body) {
        Message message = message(topic, body, null);
        return message.toBuilder()
                .setSystemProperties(message.getSystemProperties().toBuilder()
                        .setMessageGroup(messageGroup)
                        .setMessageType(MessageType.FIFO))
                .build();
    }

    /** A normal message with an id of its own. */
    public static Message message(String topic, byte[] body, @Nullable String tag) {
        SystemProperties.Builder properties = SystemProperties.newBuilder()
                .setMessageId("RAW" + UUID.randomUUID().toString().replace("-", ""))
                .setMessageType(MessageType.NORMAL)
                .setBodyEncoding(Encoding.IDENTITY)
                .setBornHost("raw")
                .setBornTimestamp(Timestamps.fromMillis(System.currentTimeMillis()));
        if (tag != null) {
            properties.setTag(tag);
        }
        return Message.newBuilder()
                .setTopic(resource(topic))
                .setBody(ByteString.copyFrom(body))
                .setSystemProperties(properties)
                .build();
    }

    public SendMessageResponse send(Message... messages) {
        return blocking(Duration.ofSeconds(10))
                .sendMessage(SendMessageRequest.newBuilder()
                        .addAllMessages(List.of(messages))
                        .build());
    }

    /** A transactional message with an id of its own, and the immunity that it brings, if any. */
    public static Message half(String topic, byte[] body, @Nullable Duration immunity) {
        Message message = message(topic, body, null);
        SystemProperties.Builder properties =
                message.getSystemProperties().toBuilder().setMessageType(MessageType.TRANSACTION);
        if (immunity != null) {
            properties.setOrphanedTransactionRecoveryDuration(Durations.fromMillis(immunity.toMillis()));
        }
        return message.toBuilder().setSystemProperties(properties).build();
    }

    /** A message with an id of its own that is to come at a time. */
    public static Message delayed(String topic, byte[] body, long dueEpochMillis) {
        Message message = message(topic, body, null);
        return message.toBuilder()
                .setSystemProperties(message.getSystemProperties().toBuilder()
                        .setMessageType(MessageType.DELAY)
                        .setDeliveryTimestamp(Timestamps.fromMillis(dueEpochMillis)))
                .build();
    }

    public static RecallMessageRequest recallRequest(String topic, String handle) {
        return RecallMessageRequest.newBuilder()
                .setTopic(resource(topic))
                .setRecallHandle(handle)
                .build();
    }

    /** Takes a message back that waits for its time. */
    public RecallMessageResponse recall(String topic, String handle) {
        return blocking(Duration.ofSeconds(10)).recallMessage(recallRequest(topic, handle));
    }

    /** Decides on the transaction of a message. */
    public Status end(String topic, String messageId, String transactionId, TransactionResolution resolution) {
        return blocking(Duration.ofSeconds(10))
                .endTransaction(EndTransactionRequest.newBuilder()
                        .setTopic(resource(topic))
                        .setMessageId(messageId)
                        .setTransactionId(transactionId)
                        .setResolution(resolution)
                        .setSource(TransactionSource.SOURCE_CLIENT)
                        .build())
                .getStatus();
    }

    /** Of any queue and all tags, leased for {@code invisible}, or until further notice when that is null (auto-renew). */
    public static ReceiveMessageRequest.Builder receiveRequest(
            String group, String topic, int batch, @Nullable Duration invisible, Duration poll) {
        ReceiveMessageRequest.Builder request = ReceiveMessageRequest.newBuilder()
                .setGroup(resource(group))
                .setMessageQueue(
                        MessageQueue.newBuilder().setTopic(resource(topic)).setId(-1))
                .setFilterExpression(
                        FilterExpression.newBuilder().setType(FilterType.TAG).setExpression("*"))
                .setBatchSize(batch)
                .setLongPollingTimeout(Durations.fromMillis(poll.toMillis()))
                .setAutoRenew(invisible == null);
        if (invisible != null) {
            request.setInvisibleDuration(Durations.fromMillis(invisible.toMillis()));
        }
        return request;
    }

    /** Polls for {@code poll} and returns all frames in the order in which they came. */
    public List<ReceiveMessageResponse> frames(ReceiveMessageRequest request, Duration deadline) {
        List<ReceiveMessageResponse> frames = new ArrayList<>();
        Iterator<ReceiveMessageResponse> answers = blocking(deadline).receiveMessage(request);
        answers.forEachRemaining(frames::add);
        return frames;
    }

    /** The messages of one poll of five seconds; empty when there were none, an exception for any other status. */
    public List<Message> receive(String group, String topic, int batch, @Nullable Duration invisible) {
        Duration poll = Duration.ofSeconds(5);
        List<ReceiveMessageResponse> frames =
                frames(receiveRequest(group, topic, batch, invisible, poll).build(), poll.plusSeconds(3));
        Code code = status(frames);
        if (code != Code.OK && code != Code.MESSAGE_NOT_FOUND) {
            throw new IllegalStateException("receive: " + frames);
        }
        return frames.stream()
                .filter(ReceiveMessageResponse::hasMessage)
                .map(ReceiveMessageResponse::getMessage)
                .toList();
    }

    /** Of the status frame. */
    public static Code status(List<ReceiveMessageResponse> frames) {
        return frames.stream()
                .filter(ReceiveMessageResponse::hasStatus)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no status in " + frames))
                .getStatus()
                .getCode();
    }

    /** The first message that comes before {@code limit} is over, of polls one after another. */
    public Message receiveOne(String group, String topic, @Nullable Duration invisible, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        do {
            List<Message> messages = receive(group, topic, 1, invisible);
            if (!messages.isEmpty()) {
                return messages.get(0);
            }
        } while (System.nanoTime() < end);
        throw new IllegalStateException("nothing for " + group + " on " + topic + " within " + limit);
    }

    public static String handle(Message message) {
        return message.getSystemProperties().getReceiptHandle();
    }

    public AckMessageResponse ack(String group, String topic, String... handles) {
        AckMessageRequest.Builder request =
                AckMessageRequest.newBuilder().setGroup(resource(group)).setTopic(resource(topic));
        for (String handle : handles) {
            request.addEntries(AckMessageEntry.newBuilder().setMessageId("any").setReceiptHandle(handle));
        }
        return blocking(Duration.ofSeconds(10)).ackMessage(request.build());
    }

    public ChangeInvisibleDurationResponse changeInvisible(
            String group, String topic, String handle, Duration invisible) {
        return blocking(Duration.ofSeconds(10))
                .changeInvisibleDuration(ChangeInvisibleDurationRequest.newBuilder()
                        .setGroup(resource(group))
                        .setTopic(resource(topic))
                        .setReceiptHandle(handle)
                        .setMessageId("any")
                        .setInvisibleDuration(Durations.fromMillis(invisible.toMillis()))
                        .build());
    }

    /** Gives a message up: to the dead letters of the group. */
    public Code deadLetter(String group, String topic, String handle) {
        return blocking(Duration.ofSeconds(10))
                .forwardMessageToDeadLetterQueue(ForwardMessageToDeadLetterQueueRequest.newBuilder()
                        .setGroup(resource(group))
                        .setTopic(resource(topic))
                        .setReceiptHandle(handle)
                        .setMessageId("any")
                        .build())
                .getStatus()
                .getCode();
    }

    /** All messages that a queue has from its first one on to its end, without taking any. */
    public List<Message> all(String topic, int queue) {
        MessageQueue place =
                MessageQueue.newBuilder().setTopic(resource(topic)).setId(queue).build();
        QueryOffsetRequest.Builder query = QueryOffsetRequest.newBuilder().setMessageQueue(place);
        long at = offset(query.setQueryOffsetPolicy(QueryOffsetPolicy.BEGINNING).build());
        long end = offset(query.setQueryOffsetPolicy(QueryOffsetPolicy.END).build());
        List<Message> messages = new ArrayList<>();
        while (at < end) at = pull(place, at, messages);
        return messages;
    }

    /** How many messages the queues of a topic have ever shown to consumers. */
    public long shown(String topic, int queues) {
        long shown = 0;
        for (int queue = 0; queue < queues; queue++) {
            shown += offset(QueryOffsetRequest.newBuilder()
                    .setMessageQueue(
                            MessageQueue.newBuilder().setTopic(resource(topic)).setId(queue))
                    .setQueryOffsetPolicy(QueryOffsetPolicy.END)
                    .build());
        }
        return shown;
    }

    private long offset(QueryOffsetRequest request) {
        return blocking(Duration.ofSeconds(10)).queryOffset(request).getOffset();
    }

    private long pull(MessageQueue place, long from, List<Message> into) {
        long[] next = {from};
        blocking(Duration.ofSeconds(10))
                .pullMessage(PullMessageRequest.newBuilder()
                        .setGroup(resource("readers"))
                        .setMessageQueue(place)
                        .setOffset(from)
                        .setBatchSize(32)
                        .setFilterExpression(FilterExpression.newBuilder().setExpression("*"))
                        .setLongPollingTimeout(Durations.fromSeconds(5))
                        .build())
                .forEachRemaining(frame -> {
                    if (frame.hasMessage()) into.add(frame.getMessage());
                    if (frame.hasStatus() && frame.getStatus().getCode() != Code.OK) {
                        throw new IllegalStateException("pull: " + frame.getStatus());
                    }
                    next[0] = Math.max(next[0], frame.getNextOffset());
                });
        return next[0];
    }

    public HeartbeatResponse heartbeat(ClientType type, String group) {
        HeartbeatRequest.Builder request = HeartbeatRequest.newBuilder().setClientType(type);
        if (!group.isEmpty()) {
            request.setGroup(resource(group));
        }
        return blocking(Duration.ofSeconds(10)).heartbeat(request.build());
    }

    public NotifyClientTerminationResponse terminate(String group) {
        return blocking(Duration.ofSeconds(10))
                .notifyClientTermination(NotifyClientTerminationRequest.newBuilder()
                        .setGroup(resource(group))
                        .build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
