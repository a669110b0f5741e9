package org.escrowmq.cluster.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.EscrowBroker;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageExchange.SendReceipt;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.jspecify.annotations.Nullable;

/** A node over a folder, started, stopped and started again by a test, with blocking calls. One test, one thread a call. */
final class NodeBed implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Path folder;
    private final String settings;
    private Broker broker;

    private NodeBed(Path folder, String settings) {
        this.folder = folder;
        this.settings = settings;
        this.broker = open(folder, settings);
    }

    /** A running node; {@code settings} are lines of configuration. */
    static NodeBed start(Path folder, String... settings) {
        return new NodeBed(folder, String.join("\n", settings));
    }

    private static Broker open(Path folder, String settings) {
        Config config = ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseMap(Map.of(
                        "escrow.persistence.directory", folder.toString(),
                        "escrow.persistence.segment-bytes", "8m",
                        "escrow.persistence.min-free-bytes", "1m",
                        "escrow.persistence.resume-free-bytes", "2m",
                        "escrow.cluster.port", "0")));
        try {
            Broker broker = EscrowBroker.start(config, (what, cause) -> {});
            await(broker.ready());
            return broker;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void restart() {
        close();
        broker = open(folder, settings);
    }

    @Override
    public void close() {
        await(broker.stop());
    }

    Broker broker() {
        return broker;
    }

    static <T> T await(CompletionStage<T> stage) {
        return await(stage, PATIENCE);
    }

    static <T> T await(CompletionStage<T> stage, Duration patience) {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no answer within " + patience, late);
        } catch (ExecutionException | InterruptedException failure) {
            throw new AssertionError("no answer", failure);
        }
    }

    /** Waits until something holds. */
    static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    static <T> T done(Outcome<T> outcome) {
        return outcome.fold(value -> value, refusal -> fail("refused: " + refusal));
    }

    static <T> Refusal refused(Outcome<T> outcome) {
        return assertInstanceOf(Outcome.Refused.class, outcome).refusal();
    }

    TopicDescription topic(String name, int queues) {
        return topic(name, queues, Duration.ofDays(3));
    }

    TopicDescription topic(String name, int queues, Duration retention) {
        TopicSpec spec = new TopicSpec(TopicName.of(name), TopicType.NORMAL, queues, Permission.READ_WRITE, retention);
        return done(await(broker.catalogue().createTopic(spec)));
    }

    void group(String name, GroupSpec.StartPosition start) {
        GroupSpec spec =
                new GroupSpec(GroupName.of(name), false, GroupSpec.DEFAULT_MAX_ATTEMPTS, start, RetryPolicy.standard());
        done(await(broker.catalogue().createGroup(spec)));
    }

    static Message message(String id, @Nullable String tag, int bodyBytes) {
        byte[] body = new byte[Math.max(bodyBytes, id.length())];
        System.arraycopy(id.getBytes(UTF_8), 0, body, 0, id.length());
        return message(id, tag, List.of(), body);
    }

    static Message message(String id, @Nullable String tag, List<String> keys, byte[] body) {
        return message(id, tag, keys, Map.of(), body);
    }

    static Message priced(String id, int price) {
        return message(id, null, List.of(), Map.of("price", Integer.toString(price)), id.getBytes(UTF_8));
    }

    static Message ordered(String id, String messageGroup) {
        return new Message(
                id,
                MessageType.FIFO,
                null,
                List.of(),
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.wrap(id.getBytes(UTF_8)),
                1,
                "test",
                messageGroup,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static Message message(
            String id, @Nullable String tag, List<String> keys, Map<String, String> properties, byte[] body) {
        return new Message(
                id,
                MessageType.NORMAL,
                tag,
                keys,
                properties,
                BodyEncoding.IDENTITY,
                ByteBuffer.wrap(body),
                1,
                "test",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    CompletionStage<List<Outcome<SendReceipt>>> sendLater(String topic, List<Message> messages) {
        return broker.exchange().send(TopicName.of(topic), messages);
    }

    List<SendReceipt> send(String topic, List<Message> messages) {
        return await(sendLater(topic, messages)).stream().map(NodeBed::done).toList();
    }

    SendReceipt send(String topic, String id) {
        return send(topic, List.of(message(id, null, 0))).get(0);
    }

    /** In order: sends that nobody waited for may overtake each other while the queue's actor is being started, so the first is waited for. */
    void sendAll(String topic, String prefix, int count) {
        send(topic, prefix + 0);
        List<CompletionStage<List<Outcome<SendReceipt>>>> sent = new ArrayList<>();
        for (int i = 1; i < count; i++) sent.add(sendLater(topic, List.of(message(prefix + i, null, 0))));
        sent.forEach(answer -> await(answer).forEach(NodeBed::done));
    }

    static MessageExchange.ReceiveQuery query(String topic, String group, int max, Duration poll) {
        return new MessageExchange.ReceiveQuery(
                GroupName.of(group), TopicName.of(topic), -1, TagFilter.ALL, max, LEASE, false, poll, "client", "");
    }

    static MessageExchange.ReceiveQuery filtered(MessageExchange.ReceiveQuery query, MessageFilter filter) {
        return new MessageExchange.ReceiveQuery(
                query.group(),
                query.topic(),
                query.preferredQueue(),
                filter,
                query.maxMessages(),
                query.invisible(),
                query.autoRenew(),
                query.poll(),
                query.clientId(),
                query.attemptId());
    }

    static MessageExchange.ReceiveQuery leased(
            MessageExchange.ReceiveQuery query, Duration invisible, boolean autoRenew, String clientId) {
        return new MessageExchange.ReceiveQuery(
                query.group(),
                query.topic(),
                query.preferredQueue(),
                query.filter(),
                query.maxMessages(),
                invisible,
                autoRenew,
                query.poll(),
                clientId,
                query.attemptId());
    }

    MessageExchange.Poll receiveLater(MessageExchange.ReceiveQuery query) {
        return broker.exchange().receive(query);
    }

    List<Delivery> receive(MessageExchange.ReceiveQuery query) {
        return done(await(receiveLater(query).deliveries()));
    }

    List<Delivery> receive(String topic, String group, int max) {
        return receive(query(topic, group, max, Duration.ofSeconds(20)));
    }

    /** What there is now: a poll that hardly waits. */
    List<Delivery> receiveNow(String topic, String group, int max) {
        return receive(query(topic, group, max, Duration.ofMillis(300)));
    }

    /** Receives and acknowledges until {@code count} messages came; their ids in order of arrival. */
    List<String> drain(String topic, String group, int count) {
        List<String> ids = new ArrayList<>();
        while (ids.size() < count) {
            List<Delivery> got = receive(topic, group, 32);
            if (got.isEmpty()) fail("only " + ids.size() + " of " + count + " came");
            got.forEach(delivery -> ids.add(delivery.message().id()));
            ack(topic, group, got);
        }
        return ids;
    }

    void ack(String topic, String group, List<Delivery> deliveries) {
        List<String> handles = deliveries.stream().map(Delivery::receiptHandle).toList();
        await(broker.exchange().acknowledge(TopicName.of(topic), GroupName.of(group), handles))
                .forEach(NodeBed::done);
    }

    Outcome<Boolean> tryAck(String topic, String group, String handle) {
        return await(broker.exchange().acknowledge(TopicName.of(topic), GroupName.of(group), List.of(handle)))
                .get(0);
    }

    String change(String topic, String group, Delivery delivery, Duration invisible, boolean counts) {
        return done(await(broker.exchange()
                .changeInvisibleDuration(
                        TopicName.of(topic), GroupName.of(group), delivery.receiptHandle(), invisible, counts)));
    }

    static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(delivery -> delivery.message().id()).toList();
    }
}
