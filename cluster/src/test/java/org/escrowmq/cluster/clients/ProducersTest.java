package org.escrowmq.cluster.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.Traffic;
import org.escrowmq.cluster.TransactionDesk.SilentProducer;
import org.escrowmq.cluster.TransactionTraffic;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.Test;

/** Who is asked about a transaction. */
class ProducersTest {
    private static final TopicName ORDERS = TopicName.of("orders");
    private static final TopicName OTHER = TopicName.of("other");
    private static final int OPEN_MAX = 3;
    private static final long ANSWER_MILLIS = 10_000;

    /** Takes questions while it is {@link #writable}. */
    private static final class Stream implements ClientRegistry.CommandStream {
        boolean writable = true;
        final List<String> asked = new ArrayList<>();

        @Override
        public void disconnect(String reason) {}

        @Override
        public CompletionStage<Outcome<String>> threadStacks() {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Boolean> check(TopicName topic, HalfMessage half, String transactionId) {
            if (writable) asked.add(transactionId);
            return CompletableFuture.completedFuture(writable);
        }

        @Override
        public CompletionStage<Outcome<ClientRegistry.Verdict>> verify(
                TopicName topic, QueueInspection.StoredMessage message) {
            return new CompletableFuture<>();
        }
    }

    private final Map<String, Stream> streams = new HashMap<>();
    private final List<TopicName> came = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private final TransactionTraffic traffic = new Traffic(10).transactions();
    private final Producers producers = new Producers(
            id -> Optional.ofNullable(streams.get(id)), came::add, traffic, now::get, OPEN_MAX, ANSWER_MILLIS);

    private void connects(String id, String host, TopicName... topics) {
        streams.put(id, new Stream());
        producers.registered(new ClientRegistry.Client(
                id, ClientRegistry.Kind.PRODUCER, "JAVA", "5", host + ":4000", null, List.of(topics), 0, 0));
    }

    private Optional<String> ask(String transactionId, String sender, String host) {
        Message message = new Message(
                "m",
                MessageType.TRANSACTION,
                null,
                List.of(),
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.allocate(1),
                1,
                host,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        now.incrementAndGet();
        return producers
                .ask(new Producers.Question(ORDERS, new HalfMessage(message, 0, 0), transactionId, sender))
                .toCompletableFuture()
                .join();
    }

    @Test
    void theSenderComesFirstThenItsHostThenWhoSendsTransactionsThenAnybody() {
        connects("anybody", "10.0.0.9", ORDERS);
        connects("sends", "10.0.0.8", ORDERS);
        connects("neighbour", "10.0.0.1", ORDERS);
        connects("sender", "10.0.0.2", ORDERS);
        connects("elsewhere", "10.0.0.1", OTHER);
        producers.sent("sends", ORDERS);
        for (String expected : List.of("sender", "neighbour", "sends", "anybody")) {
            assertEquals(Optional.of(expected), ask("t1", "sender", "10.0.0.1"));
            streams.remove(expected);
            producers.gone(expected);
        }
        assertEquals(Optional.empty(), ask("t1", "sender", "10.0.0.1"), "the topic is not its own");
    }

    @Test
    void equalsTakeTurnsAndNobodyHasMoreOpenThanTheLimit() {
        connects("a", "h1", ORDERS);
        connects("b", "h2", ORDERS);
        assertEquals(2 * OPEN_MAX, producers.room(ORDERS));
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 2 * OPEN_MAX; i++)
            asked.add(ask("t" + i, "gone", "").orElseThrow());
        assertEquals(OPEN_MAX, asked.stream().filter("a"::equals).count());
        for (int i = 1; i < asked.size(); i++) assertEquals(false, asked.get(i).equals(asked.get(i - 1)));
        assertEquals(0, producers.room(ORDERS));
        assertEquals(Optional.empty(), ask("more", "gone", ""));
        producers.answered("b", streams.get("b").asked.get(0), false);
        assertEquals(1, producers.room(ORDERS));
        assertEquals(Optional.of("b"), ask("more", "gone", ""));
    }

    @Test
    void whoDoesNotAnswerComesLastIsCountedAndNamedUntilItAnswers() {
        connects("hangs", "h1", ORDERS);
        connects("works", "h2", ORDERS);
        traffic.of(ORDERS);
        assertEquals(Optional.of("hangs"), ask("t0", "hangs", ""));
        now.addAndGet(ANSWER_MILLIS);
        assertEquals(Optional.of("works"), ask("t0", "hangs", ""), "the sender has not answered");
        assertEquals(List.of(), producers.silent(ORDERS), "it may not know yet");
        streams.remove("works");
        producers.gone("works");
        for (int i = 1; i < 16; i++) {
            assertEquals(Optional.of("hangs"), ask("t" + i, "hangs", ""), "better than nobody");
            now.addAndGet(ANSWER_MILLIS);
        }
        assertEquals(OPEN_MAX, producers.room(ORDERS), "all questions are over");
        assertEquals(List.of(new SilentProducer("hangs", 16)), producers.silent(ORDERS));
        assertEquals(List.of(), producers.silent(OTHER));
        assertEquals(16, traffic.of(ORDERS).checks(TransactionTraffic.Check.UNANSWERED));
        assertEquals(Optional.of("hangs"), ask("t1", "hangs", ""));
        producers.answered("hangs", "t0", true);
        assertEquals(List.of(), producers.silent(ORDERS));
    }

    @Test
    void whoDecidesOfItsOwnAccordIsNotSilent() {
        connects("slow", "h1", ORDERS);
        for (int i = 0; i < 40; i++) {
            assertEquals(Optional.of("slow"), ask("t" + i, "slow", ""));
            producers.answered("slow", "t" + i, false);
            now.addAndGet(ANSWER_MILLIS);
        }
        assertEquals(OPEN_MAX, producers.room(ORDERS));
        assertEquals(List.of(), producers.silent(ORDERS));
    }

    @Test
    void onlyWhatWasWrittenCountsAsAsked() {
        connects("a", "h1", ORDERS);
        streams.get("a").writable = false;
        for (int i = 0; i < 2 * OPEN_MAX; i++) assertEquals(Optional.empty(), ask("t" + i, "a", ""));
        assertEquals(OPEN_MAX, producers.room(ORDERS));
    }

    @Test
    void aTopicHearsOfAProducerWhenItComesAndWhenItsStreamIsANewOne() {
        connects("a", "h1", ORDERS);
        assertEquals(List.of(ORDERS), came);
        producers.sent("a", ORDERS);
        assertEquals(List.of(ORDERS), came, "nothing new");
        producers.sent("a", OTHER);
        assertEquals(List.of(ORDERS, OTHER), came);
        came.clear();
        connects("a", "h1", ORDERS);
        assertEquals(java.util.Set.of(ORDERS, OTHER), java.util.Set.copyOf(came));
        producers.sent("stranger", ORDERS);
        assertEquals(2, came.size(), "without a stream it cannot be asked");
    }
}
