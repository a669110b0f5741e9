package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.eventually;
import static org.escrowmq.cluster.node.NodeBed.leased;
import static org.escrowmq.cluster.node.NodeBed.priced;
import static org.escrowmq.cluster.node.NodeBed.query;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.escrowmq.cluster.DeadLetters;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.GroupSpec.StartPosition;
import org.escrowmq.cluster.MessageExchange.Delivery;
import org.escrowmq.cluster.MessageFilter;
import org.escrowmq.cluster.PropertyFilter;
import org.escrowmq.cluster.QueueInspection.QueueFigures;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole node does with messages that a group gave up. */
class DeadLetterTest {
    private static final GroupName BILLING = GroupName.of("billing");
    private static final String LETTERS = "%DLQ%billing";
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path folder;

    private NodeBed node;

    @BeforeEach
    void start() {
        node = NodeBed.start(folder);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void group(int maxAttempts) {
        GroupSpec spec = new GroupSpec(BILLING, false, maxAttempts, StartPosition.FIRST, RetryPolicy.standard());
        done(await(node.broker().catalogue().createGroup(spec)));
    }

    private List<Delivery> take(int max, Duration lease) {
        return node.receive(leased(query("orders", "billing", max, NodeBed.PATIENCE), lease, false, "client"));
    }

    private void giveUp(Delivery delivery) {
        done(await(node.broker().exchange().deadLetter(TopicName.of("orders"), BILLING, delivery.receiptHandle())));
    }

    private DeadLetters.Page letters() {
        return done(await(node.broker().deadLetters().list(BILLING, Offset.FIRST, TagFilter.ALL, 32)));
    }

    private List<String> letterIds(DeadLetters.State state) {
        return letters().letters().stream()
                .filter(letter -> letter.state() == state)
                .map(letter -> letter.stored().message().id())
                .toList();
    }

    private DeadLetters.Step redrive(MessageFilter filter, boolean dryRun) {
        return done(await(node.broker().deadLetters().redrive(BILLING, Offset.FIRST, filter, 32, dryRun)));
    }

    private long stored(String topic) {
        return done(await(node.broker().inspection().describe(TopicName.of(topic)))).stream()
                .mapToLong(queue -> queue.next().value())
                .sum();
    }

    private long lag(String topic) {
        List<QueueFigures> queues = done(await(node.broker().inspection().describe(TopicName.of(topic))));
        return queues.stream()
                .flatMap(queue -> queue.groups().stream())
                .filter(figures -> figures.group().equals(BILLING))
                .mapToLong(figures -> figures.lag())
                .sum();
    }

    @Test
    void whatWasDeliveredAsOftenAsItMayBeIsADeadLetterWithoutAnybodyAsking() {
        node.topic("orders", 1);
        group(2);
        node.send("orders", "m");
        assertEquals(1, take(1, SHORT).get(0).attempt());
        assertEquals(2, take(1, SHORT).get(0).attempt());
        eventually(() -> assertEquals(1, stored(LETTERS)));
        Message letter = letters().letters().get(0).stored().message();
        assertEquals("m", letter.id());
        assertEquals(new Message.DeadLetterOrigin(TopicName.of("orders"), "m"), letter.deadLetterOrigin());
        eventually(() -> assertEquals(0, lag("orders")));
        assertEquals(List.of(), node.receiveNow("orders", "billing", 1));
    }

    @Test
    void aMessageThatIsGivenUpGoesOnceHoweverOftenItIsSaid() {
        node.topic("orders", 1);
        group(17);
        node.sendAll("orders", "m", 3);
        Delivery first = take(1, SHORT).get(0);
        giveUp(first);
        giveUp(first);
        eventually(() -> assertEquals(List.of("m0"), letterIds(DeadLetters.State.WAITING)));
        giveUp(first);
        Delivery late = take(1, SHORT).get(0);
        Delivery newer = take(2, SHORT).stream()
                .filter(delivery ->
                        delivery.message().id().equals(late.message().id()))
                .findFirst()
                .orElseGet(() -> take(2, SHORT).get(0));
        assertEquals(2, newer.attempt());
        giveUp(late);
        assertEquals(2, lag("orders"), "a newer delivery has it");
        List<Delivery> held = new ArrayList<>();
        while (held.size() < 2) held.addAll(take(2, Duration.ofSeconds(20)));
        node.ack("orders", "billing", held);
        assertEquals(0, lag("orders"));
        assertEquals(List.of("m0"), letterIds(DeadLetters.State.WAITING));
        assertEquals(
                RefusalCode.INVALID_RECEIPT_HANDLE,
                refused(await(node.broker().exchange().deadLetter(TopicName.of("orders"), BILLING, "garbage")))
                        .code());
    }

    @Test
    void oneMessageBehindManyVisibleOnesIsFound() {
        node.topic("orders", 1);
        group(2);
        node.sendAll("orders", "m", 400);
        List<Delivery> held = new ArrayList<>();
        while (held.size() < 400) held.addAll(take(32, Duration.ofSeconds(60)));
        // Its second lease ends last, when all the others are visible already, after their first.
        String last = node.change("orders", "billing", held.get(399), Duration.ofMillis(1), true);
        assertNotNull(last);
        assertEquals(2, take(1, Duration.ofSeconds(3)).get(0).attempt());
        for (Delivery delivery : held.subList(0, 399)) {
            node.change("orders", "billing", delivery, Duration.ofMillis(1), true);
        }
        eventually(() -> assertEquals(1, stored(LETTERS)));
        eventually(() -> assertEquals(399, lag("orders")));
        assertEquals(
                held.get(399).message().id(),
                letterIds(DeadLetters.State.WAITING).get(0));
    }

    @Test
    void allOfAMessageGroupThatHaveHadTheirAttemptsGoTogether() {
        TopicSpec spec =
                new TopicSpec(TopicName.of("orders"), TopicType.FIFO, 1, Permission.READ_WRITE, Duration.ofDays(1));
        done(await(node.broker().catalogue().createTopic(spec)));
        done(await(node.broker()
                .catalogue()
                .createGroup(new GroupSpec(BILLING, true, 1, StartPosition.FIRST, RetryPolicy.standard()))));
        List<Message> messages = IntStream.range(0, 10)
                .mapToObj(i -> NodeBed.ordered("m" + i, "g"))
                .toList();
        node.send("orders", messages);
        assertEquals(10, take(10, SHORT).size());
        eventually(
                () -> assertEquals(messages.stream().map(Message::id).toList(), letterIds(DeadLetters.State.WAITING)));
    }

    @Test
    void whatFindsNoRoomInFlightIsTheNextStepOfARedrive() {
        node.close();
        node = NodeBed.start(folder, "escrow.cluster.in-flight-max = 8");
        node.topic("orders", 1);
        group(17);
        node.send(
                "orders",
                IntStream.range(0, 20).mapToObj(i -> priced("m" + i, i)).toList());
        for (int taken = 0; taken < 20; taken++)
            giveUp(take(1, Duration.ofSeconds(20)).get(0));
        eventually(() -> assertEquals(20, stored(LETTERS)));
        DeadLetters.Step far = redrive(done(PropertyFilter.parse("price = 15")), false);
        assertEquals(
                List.of(1, 0, 15L),
                List.of(far.matched(), far.sent(), far.next().value()));
        long[] at = {0};
        eventually(() -> {
            DeadLetters.Step step = done(
                    await(node.broker().deadLetters().redrive(BILLING, new Offset(at[0]), TagFilter.ALL, 32, false)));
            at[0] = step.next().value();
            assertEquals(20, at[0]);
        });
        eventually(() -> assertEquals(40, stored("orders")));
    }

    @Test
    void theLettersOfAPausedGroupAreListedAndGoBack() {
        node.topic("orders", 1);
        group(17);
        node.send("orders", "m");
        giveUp(take(1, Duration.ofSeconds(20)).get(0));
        eventually(() -> assertEquals(1, stored(LETTERS)));
        done(await(node.broker().catalogue().pauseGroup(BILLING, true)));
        assertEquals(List.of("m"), letterIds(DeadLetters.State.WAITING));
        assertEquals(1, redrive(TagFilter.ALL, false).sent());
        eventually(() -> assertEquals(2, stored("orders")));
    }

    @Test
    void lettersGoBackOnceAndCanBecomeLettersAgain() {
        node.topic("orders", 4);
        group(1);
        node.send(
                "orders",
                IntStream.range(0, 20).mapToObj(i -> priced("m" + i, i)).toList());
        List<Delivery> held = new ArrayList<>();
        while (held.size() < 20) held.addAll(take(20 - held.size(), Duration.ofSeconds(20)));
        held.forEach(this::giveUp);
        eventually(() -> assertEquals(20, stored(LETTERS)));

        MessageFilter cheap = done(PropertyFilter.parse("price < 5"));
        assertEquals(5, redrive(cheap, true).matched());
        assertEquals(0, redrive(cheap, true).sent());
        assertEquals(5, redrive(cheap, false).sent());
        assertEquals(0, redrive(cheap, false).matched());
        eventually(() -> assertEquals(5, letterIds(DeadLetters.State.REDRIVEN).size()));
        eventually(() -> assertEquals(25, stored("orders")));

        node.restart();

        assertEquals(15, redrive(TagFilter.ALL, false).sent());
        eventually(() -> assertEquals(20, letterIds(DeadLetters.State.REDRIVEN).size()));
        assertEquals(40, stored("orders"));
        List<Delivery> again = new ArrayList<>();
        while (again.size() < 20) again.addAll(take(20 - again.size(), Duration.ofSeconds(20)));
        Map<String, Integer> times = new TreeMap<>();
        again.forEach(delivery -> times.merge(delivery.message().id(), 1, Integer::sum));
        assertEquals(20, times.size());
        again.forEach(delivery -> assertEquals(null, delivery.message().deadLetterOrigin()));

        giveUp(again.get(0));
        eventually(() -> assertEquals(List.of(again.get(0).message().id()), letterIds(DeadLetters.State.WAITING)));
        assertNotNull(letters().letters().get(20).stored().message().deadLetterOrigin());
    }

    @Test
    void aLetterWhoseTopicIsGoneStays() {
        node.topic("orders", 1);
        group(17);
        node.send("orders", "m");
        giveUp(take(1, Duration.ofSeconds(20)).get(0));
        eventually(() -> assertEquals(1, stored(LETTERS)));
        done(await(node.broker().catalogue().deleteTopic(TopicName.of("orders"))));
        DeadLetters.Step step = redrive(TagFilter.ALL, false);
        assertEquals(List.of(1, 0, 1), List.of(step.matched(), step.sent(), step.stranded()));
        node.topic("orders", 1);
        assertEquals(1, redrive(TagFilter.ALL, false).sent());
        eventually(() -> assertEquals(1, stored("orders")));
    }

    @Test
    void aGroupWithoutLettersIsNotFound() {
        assertEquals(
                RefusalCode.NOT_FOUND,
                refused(await(node.broker().deadLetters().list(BILLING, Offset.FIRST, TagFilter.ALL, 1)))
                        .code());
    }

    @Test
    void aNodeThatStopsInTheMiddleOfMovesGoesOnWithThem() {
        node.topic("orders", 4);
        group(17);
        node.sendAll("orders", "m", 200);
        List<Delivery> held = new ArrayList<>();
        while (held.size() < 200) held.addAll(take(32, Duration.ofSeconds(60)));
        held.forEach(delivery ->
                node.broker().exchange().deadLetter(TopicName.of("orders"), BILLING, delivery.receiptHandle()));
        node.restart();
        // Again, for those whose intent was not durable.
        held.forEach(this::giveUp);
        eventually(() -> assertEquals(0, lag("orders")));
        eventually(() -> assertEquals(200, stored(LETTERS)));
    }
}
