package org.escrowmq.systemtests.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.rocketmq.shaded.com.google.protobuf.ByteString;
import org.apache.rocketmq.shaded.com.google.protobuf.CodedOutputStream;
import org.apache.rocketmq.shaded.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.rocketmq.shaded.com.google.protobuf.UnknownFieldSet;
import org.apache.rocketmq.shaded.io.grpc.CallOptions;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannel;
import org.apache.rocketmq.shaded.io.grpc.ManagedChannelBuilder;
import org.apache.rocketmq.shaded.io.grpc.MethodDescriptor;
import org.apache.rocketmq.shaded.io.grpc.stub.ClientCalls;

/**
 * The few calls of the admin service that tests need many times, written field by field after
 * {@code escrow/admin/v1/admin.proto}: the command line would cost a JVM for each. Thread-safe.
 */
public final class AdminCalls implements AutoCloseable {
    /** {@code escrow.admin.v1.Permission}. */
    public enum Permission {
        NONE(1),
        READ(2),
        WRITE(3),
        READ_WRITE(4);

        private final int number;

        Permission(int number) {
            this.number = number;
        }
    }

    /** {@code escrow.admin.v1.StartPosition}. */
    public enum Start {
        FIRST(1),
        LATEST(2);

        private final int number;

        Start(int number) {
            this.number = number;
        }
    }

    /** What a client answered of a message that it tried. */
    public record Verdict(boolean consumed, String code, String messageId) {}

    /** A group on a queue. */
    public record Standing(long progress, long lag, long inFlight, long waiting) {}

    /** {@code escrow.admin.v1.TopicType}. */
    private static final int FIFO = 2;

    private static final int DELAY = 3;

    private static final int TRANSACTION = 4;

    private static final long DEADLINE_SECONDS = 20;

    private final ManagedChannel channel;

    /** {@code endpoint} is the admin port, {@code host:port}, plaintext. */
    public AdminCalls(String endpoint) {
        this.channel = ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
    }

    public void createTopic(String name, int queues) {
        createTopic(name, queues, Permission.READ_WRITE);
    }

    public void createTopic(String name, int queues, Permission permission) {
        call("CreateTopic", out -> {
            out.writeString(1, name);
            out.writeInt32(3, queues);
            out.writeEnum(4, permission.number);
        });
    }

    /** A topic whose messages are stored again when they are sent again. */
    public void createTopicThatKeepsDuplicates(String name, int queues) {
        call("CreateTopic", out -> {
            out.writeString(1, name);
            out.writeInt32(3, queues);
            out.writeBool(6, false);
        });
    }

    /** How many topics there are, by listing them all, page by page. */
    public int countTopics() {
        int count = 0;
        String token = "";
        do {
            String page = token;
            UnknownFieldSet answer = call("ListTopics", out -> out.writeString(3, page));
            count += parts(answer, 1).size();
            token = text(answer, 2);
        } while (!token.isEmpty());
        return count;
    }

    public void updateTopic(String name, Permission permission) {
        call("UpdateTopic", out -> {
            out.writeString(1, name);
            out.writeEnum(3, permission.number);
        });
    }

    public void createGroup(String name, Start start) {
        call("CreateGroup", out -> {
            out.writeString(1, name);
            out.writeEnum(4, start.number);
        });
    }

    /** A group that starts at the first message and gives a message up after so many deliveries. */
    public void createGroup(String name, boolean fifo, int maxAttempts) {
        call("CreateGroup", out -> {
            out.writeString(1, name);
            out.writeBool(2, fifo);
            out.writeInt32(3, maxAttempts);
            out.writeEnum(4, Start.FIRST.number);
        });
    }

    /** What a step of a redrive answered. */
    public record Redriven(long matched, long sent, long next, long end) {}

    /** Sends up to {@code limit} dead letters of a group back, from an offset on. */
    public Redriven redrive(String group, long from, int limit) {
        UnknownFieldSet answer = call("RedriveDeadLetters", out -> {
            out.writeString(1, group);
            out.writeInt64(2, from);
            out.writeInt32(4, limit);
        });
        return new Redriven(number(answer, 1), number(answer, 2), number(answer, 4), number(answer, 5));
    }

    /** A topic of the type FIFO. */
    public void createFifoTopic(String name, int queues) {
        call("CreateTopic", out -> {
            out.writeString(1, name);
            out.writeEnum(2, FIFO);
            out.writeInt32(3, queues);
        });
    }

    /** A topic of the type TRANSACTION. */
    public void createTransactionTopic(String name, int queues) {
        call("CreateTopic", out -> {
            out.writeString(1, name);
            out.writeEnum(2, TRANSACTION);
            out.writeInt32(3, queues);
        });
    }

    /** A topic of the type DELAY. */
    public void createDelayTopic(String name, int queues) {
        call("CreateTopic", out -> {
            out.writeString(1, name);
            out.writeEnum(2, DELAY);
            out.writeInt32(3, queues);
        });
    }

    /** Reads a page of the messages of a topic that wait for their time; the token of the next page, empty after the last one. */
    public String delayedPage(String topic, int size, String token) {
        return text(
                call("ListDelayedMessages", out -> {
                    out.writeString(1, topic);
                    out.writeInt32(5, size);
                    out.writeString(6, token);
                }),
                2);
    }

    /** An orderly group. */
    public void createFifoGroup(String name, Start start) {
        call("CreateGroup", out -> {
            out.writeString(1, name);
            out.writeBool(2, true);
            out.writeEnum(4, start.number);
        });
    }

    /** What all clients together may send to a topic; 0 for no limit. */
    public void setTopicQuota(String topic, long messagesPerSecond, int inFlight) {
        byte[] target = bytes(out -> out.writeString(1, topic));
        byte[] quota = bytes(out -> {
            out.writeByteArray(1, target);
            out.writeInt64(2, messagesPerSecond);
            out.writeInt32(4, inFlight);
        });
        call("SetQuota", out -> out.writeByteArray(1, quota));
    }

    /** The ids of the clients of a topic. */
    public List<String> clients(String topic) {
        return clients(out -> out.writeString(1, topic));
    }

    /** The ids of the clients of a group. */
    public List<String> clientsOfGroup(String group) {
        return clients(out -> out.writeString(2, group));
    }

    private List<String> clients(Fields filter) {
        return parts(call("ListClients", filter), 1).stream()
                .map(client -> text(client, 1))
                .toList();
    }

    /** What the client says of its threads. */
    public String clientStack(String clientId) {
        return text(call("PrintClientStack", out -> out.writeString(1, clientId)), 1);
    }

    /** Has the client try the message at this place. */
    public Verdict verify(String clientId, String topic, int queue, long offset) {
        return verdict(call("VerifyMessage", out -> {
            out.writeString(1, clientId);
            out.writeString(2, topic);
            out.writeByteArray(4, bytes(place -> {
                place.writeInt32(1, queue);
                place.writeInt64(2, offset);
            }));
        }));
    }

    /** Has the client try the message with this id. */
    public Verdict verify(String clientId, String topic, String messageId) {
        return verdict(call("VerifyMessage", out -> {
            out.writeString(1, clientId);
            out.writeString(2, topic);
            out.writeString(3, messageId);
        }));
    }

    private static Verdict verdict(UnknownFieldSet answer) {
        return new Verdict(number(answer, 1) == 1, text(answer, 2), text(answer, 4));
    }

    /** Moves the group on all queues of the topic. */
    public void resetOffset(String group, String topic, Start to) {
        call("ResetOffset", out -> {
            out.writeString(1, group);
            out.writeString(2, topic);
            out.writeEnum(4, to.number);
        });
    }

    /** Where a group stands on each queue, in the order of the answer. */
    public List<Standing> standings(String group) {
        return parts(call("DescribeGroup", out -> out.writeString(1, group)), 2).stream()
                .map(queue -> new Standing(number(queue, 4), number(queue, 5), number(queue, 6), number(queue, 7)))
                .toList();
    }

    /** Where a transaction stands. */
    public enum TransactionState {
        OPEN(1),
        PARKED(2);

        private final int number;

        TransactionState(int number) {
            this.number = number;
        }
    }

    /** Whether a topic has transactions in this state. */
    public boolean hasTransactions(String topic, TransactionState state) {
        String token = "";
        do {
            UnknownFieldSet page = transactions(topic, state, 1, token);
            if (!parts(page, 1).isEmpty()) return true;
            token = text(page, 2);
        } while (!token.isEmpty());
        return false;
    }

    /** Reads a page of the list; the token of the next page, empty after the last one. */
    public String transactionsPage(String topic, TransactionState state, int size, String token) {
        return text(transactions(topic, state, size, token), 2);
    }

    private UnknownFieldSet transactions(String topic, TransactionState state, int size, String token) {
        return call("ListTransactions", out -> {
            out.writeString(1, topic);
            out.writeEnum(2, state.number);
            out.writeInt32(5, size);
            out.writeString(6, token);
        });
    }

    private UnknownFieldSet call(String method, Fields fields) {
        MethodDescriptor<byte[], byte[]> descriptor =
                RawBytes.method("escrow.admin.v1.AdminService/" + method, MethodDescriptor.MethodType.UNARY);
        byte[] answer = ClientCalls.blockingUnaryCall(
                channel,
                descriptor,
                CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
                bytes(fields));
        return parsed(answer);
    }

    private static byte[] bytes(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static UnknownFieldSet parsed(byte[] message) {
        try {
            return UnknownFieldSet.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<UnknownFieldSet> parts(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream()
                .map(part -> parsed(part.toByteArray()))
                .toList();
    }

    /** Empty where the field is absent, as the wire has it. */
    private static String text(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .collect(Collectors.joining());
    }

    /** 0 where the field is absent, as the wire has it. */
    private static long number(UnknownFieldSet message, int field) {
        return message.getField(field).getVarintList().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Writes the fields of a request. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
