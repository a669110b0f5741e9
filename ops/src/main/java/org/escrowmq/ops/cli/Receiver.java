package org.escrowmq.ops.cli;

import apache.rocketmq.v2.AckMessageEntry;
import apache.rocketmq.v2.AckMessageRequest;
import apache.rocketmq.v2.AckMessageResponse;
import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.FilterType;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageQueue;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import apache.rocketmq.v2.ReceiveMessageRequest;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.Version;

/**
 * A consumer of one topic and group, as the RocketMQ 5 protocol has it: plaintext on the messaging port, any queue, explicit leases.
 * Calls block; one owner.
 */
final class Receiver implements AutoCloseable {
    /** Every message. */
    static final FilterExpression ALL = FilterExpression.newBuilder()
            .setType(FilterType.TAG)
            .setExpression("*")
            .build();

    private static final int ANSWER_BYTES_MAX = 8 << 20; // one message of 4 MiB and its head a frame
    private static final Duration BEYOND_THE_POLL = Duration.ofSeconds(5);
    private static final int ANY_QUEUE = -1;

    private final HostPort address;
    private final Resource topic;
    private final Resource group;
    private final FilterExpression filter;
    private final Duration timeout;
    private final ManagedChannel channel;
    private final MessagingServiceBlockingStub service;

    Receiver(HostPort address, String topic, String group, FilterExpression filter, Duration timeout) {
        TopicName topicName = TopicName.parse(topic);
        GroupName groupName = GroupName.parse(group);
        this.address = address;
        this.topic = resource(topicName.namespace(), topicName.name());
        this.group = resource(groupName.namespace(), groupName.name());
        this.filter = filter;
        this.timeout = timeout;
        this.channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .build();
        this.service = MessagingServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(topicName.namespace())));
    }

    /** Messages whose properties fulfil an SQL92 condition. */
    static FilterExpression sql(String expression) {
        return FilterExpression.newBuilder()
                .setType(FilterType.SQL)
                .setExpression(expression)
                .build();
    }

    /** Up to {@code max} messages; an empty list when none came within {@code poll}. */
    List<Message> receive(int max, Duration invisible, Duration poll) {
        ReceiveMessageRequest request = ReceiveMessageRequest.newBuilder()
                .setGroup(group)
                .setMessageQueue(MessageQueue.newBuilder().setTopic(topic).setId(ANY_QUEUE))
                .setFilterExpression(filter)
                .setBatchSize(max)
                .setInvisibleDuration(wire(invisible))
                .setLongPollingTimeout(wire(poll))
                .build();
        try {
            Iterator<ReceiveMessageResponse> frames = service.withDeadlineAfter(
                            poll.plus(BEYOND_THE_POLL).toMillis(), TimeUnit.MILLISECONDS)
                    .receiveMessage(request);
            List<Message> messages = new ArrayList<>();
            while (frames.hasNext()) {
                ReceiveMessageResponse frame = frames.next();
                if (frame.hasStatus() && frame.getStatus().getCode() != Code.MESSAGE_NOT_FOUND)
                    check(frame.getStatus());
                if (frame.hasMessage()) messages.add(frame.getMessage());
            }
            return messages;
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.of(e, "messaging service", address, "--endpoint");
        }
    }

    /** Acknowledges; returns when all of it is durable. */
    void acknowledge(List<Message> messages) {
        AckMessageRequest.Builder request =
                AckMessageRequest.newBuilder().setGroup(group).setTopic(topic);
        for (Message message : messages) {
            request.addEntries(AckMessageEntry.newBuilder()
                    .setMessageId(message.getSystemProperties().getMessageId())
                    .setReceiptHandle(message.getSystemProperties().getReceiptHandle()));
        }
        try {
            AckMessageResponse answer = service.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .ackMessage(request.build());
            check(answer.getStatus());
            answer.getEntriesList().forEach(entry -> check(entry.getStatus()));
        } catch (StatusRuntimeException e) {
            throw GrpcFailures.of(e, "messaging service", address, "--endpoint");
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static void check(Status status) {
        Code code = status.getCode();
        if (code == Code.OK || code == Code.MULTIPLE_RESULTS) return;
        boolean absent = code == Code.TOPIC_NOT_FOUND || code == Code.CONSUMER_GROUP_NOT_FOUND;
        throw new Failure(absent ? ExitCode.NOT_FOUND : ExitCode.REFUSED, code + ": " + status.getMessage());
    }

    static Metadata headers(String namespace) {
        Metadata headers = new Metadata();
        put(headers, "x-mq-client-id", "escrow-cli@" + ProcessHandle.current().pid());
        put(headers, "x-mq-language", "JAVA");
        put(headers, "x-mq-client-version", Version.current());
        put(headers, "x-mq-protocol", "v2");
        put(headers, "x-mq-namespace", namespace);
        return headers;
    }

    private static void put(Metadata headers, String name, String value) {
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    private static Resource resource(String namespace, String name) {
        return Resource.newBuilder()
                .setResourceNamespace(namespace)
                .setName(name)
                .build();
    }

    private static com.google.protobuf.Duration wire(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
