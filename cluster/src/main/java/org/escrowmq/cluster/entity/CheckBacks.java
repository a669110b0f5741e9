package org.escrowmq.cluster.entity;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.HalfMessage;
import org.escrowmq.cluster.TransactionTraffic;
import org.escrowmq.cluster.clients.Producers;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionCommand;
import org.escrowmq.transaction.TransactionState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks producers about the transactions that are due, each for itself. Owned by the queue's actor.
 *
 * <pre>
 *   due --read the message--> still open? --hand it to a producer--> record that it was --> next interval
 *          |                                  |
 *          | cannot be read: the next         | nobody there, or all have enough before them:
 *          | interval, the others go on       | it stays due; looked at again soon, and when a producer comes
 * </pre>
 */
final class CheckBacks {
    private static final Logger log = LoggerFactory.getLogger(CheckBacks.class);

    /** Questions of one queue between being due and being recorded as asked. */
    private static final int UNDER_WAY_MAX = 64;

    /** Bytes of the messages of these questions, while there is more than one. */
    private static final long BYTES_BEING_ASKED_MAX = 8L << 20;

    /** The pause before producers that had no room are tried again. */
    private static final long BUSY_MILLIS = 50;

    /** The pause before it is looked again whether there is a producer at all; one that comes is heard of at once. */
    private static final long NOBODY_MILLIS = 1_000;

    /** How often the oldest open transactions are looked at for those that are open for too long. */
    private static final long OVERDUE_MILLIS = 1_000;

    /** A message was read, or could not be. */
    record Read(
            long number,
            int bytes,
            @Nullable Message message,
            @Nullable Throwable failure) {}

    /** A question was handed to a client, or to nobody. */
    record Asked(
            long number,
            int bytes,
            Optional<String> client,
            @Nullable Throwable failure) {}

    /**
     * What the queue's actor does for this.
     *
     * @param topic the queue's topic; null once it is deleted
     * @param wakeIn has {@link #goOn} called after so many milliseconds at the latest
     */
    record Shell(
            Supplier<@Nullable TopicName> topic, InstantSource clock, Consumer<Step> enqueue, LongConsumer wakeIn) {}

    private final QueueId id;
    private final Partition partition;
    private final StoredMessages stored;
    private final Producers producers;
    private final TopicLabels labels;
    private final Shell shell;
    private final ActorRef self;
    private final Set<Long> underWay = new HashSet<>();
    private long pausedUntilEpochMillis;
    private long nextOverdueEpochMillis;
    private long lastLookEpochMillis;
    private int beingAsked;
    private long bytesBeingAsked;

    CheckBacks(
            QueueId id,
            Partition partition,
            StoredMessages stored,
            Producers producers,
            TopicLabels labels,
            Shell shell,
            ActorRef self) {
        this.id = id;
        this.partition = partition;
        this.stored = stored;
        this.producers = producers;
        this.labels = labels;
        this.shell = shell;
        this.self = self;
    }

    /** A producer of the topic has come, or has answered. */
    void roomCame() {
        if (partition.transactions().open() == 0) return;
        pausedUntilEpochMillis = 0;
        goOn();
    }

    /** Begins what is due, and says when it has to go on. */
    void goOn() {
        TopicName topic = shell.topic().get();
        if (topic != null) begin(topic, shell.clock().millis());
        plan();
    }

    /** Has the actor wake when a producer is to be asked. */
    void plan() {
        long next = nextEpochMillis();
        if (next != Long.MAX_VALUE)
            shell.wakeIn().accept(Math.max(1, next - shell.clock().millis()));
    }

    private void begin(TopicName topic, long epochMillis) {
        lastLookEpochMillis = epochMillis;
        if (epochMillis >= nextOverdueEpochMillis || nextOverdueEpochMillis > epochMillis + OVERDUE_MILLIS) {
            nextOverdueEpochMillis = epochMillis + OVERDUE_MILLIS;
            for (Transaction overdue : partition.transactions().overdue(epochMillis)) park(overdue);
        }
        // A pause is short: one that ends far ahead is from before the clock was set back.
        if (epochMillis < pausedUntilEpochMillis && pausedUntilEpochMillis <= epochMillis + NOBODY_MILLIS) return;
        int room = Math.min(UNDER_WAY_MAX, producers.room(topic)) - beingAsked;
        // One more than there is room for: it may have to be parked, and that it is there has to be known. Each is a
        // row read.
        int looked = Math.max(0, room) + 1;
        for (Transaction transaction : partition.transactions().due(epochMillis, looked, underWay)) {
            if (partition.transactions().endsNow(transaction, epochMillis)) {
                park(transaction);
            } else if (room > 0 && hasRoomFor(transaction)) {
                read(transaction);
                room--;
            } else {
                boolean busy = beingAsked > 0 || producers.hasAny(topic);
                pausedUntilEpochMillis = epochMillis + (busy ? BUSY_MILLIS : NOBODY_MILLIS);
                return;
            }
        }
    }

    private boolean hasRoomFor(Transaction transaction) {
        return beingAsked == 0 || bytesBeingAsked + transaction.body().bytes() <= BYTES_BEING_ASKED_MAX;
    }

    private void park(Transaction transaction) {
        if (!underWay.add(transaction.number())) return;
        shell.enqueue()
                .accept(new TransactionSteps.Own(
                        transaction.number(),
                        new TransactionCommand.Park(Source.SERVER, ""),
                        labels,
                        () -> underWay.remove(transaction.number())));
    }

    private void read(Transaction transaction) {
        int bytes = transaction.body().bytes();
        underWay.add(transaction.number());
        beingAsked++;
        bytesBeingAsked += bytes;
        stored.body(transaction.body())
                .thenApply(blob -> blob.map(MessageCodec::decode).orElse(null))
                .whenComplete((message, failure) ->
                        self.tell(new Read(transaction.number(), bytes, message, failure), ActorRef.noSender()));
    }

    /** A question is with its producer, or with nobody. */
    private void isAsked(int bytes) {
        beingAsked--;
        bytesBeingAsked -= bytes;
    }

    /** Takes in a message and asks, if that is still wanted. */
    void arrived(Read read) {
        TopicName topic = shell.topic().get();
        if (topic == null) return;
        Optional<Transaction> open =
                partition.transactions().find(read.number()).filter(now -> now.state() == TransactionState.OPEN);
        if (open.isEmpty()) {
            isAsked(read.bytes());
            underWay.remove(read.number());
            return;
        }
        Message message = read.message();
        if (message == null) {
            isAsked(read.bytes());
            failed(open.get(), read.failure());
            return;
        }
        Producers.Question question = new Producers.Question(
                topic,
                new HalfMessage(message, id.number(), open.get().storedEpochMillis()),
                new TransactionId(id, read.number()).text(),
                open.get().sender());
        CompletableFuture.completedFuture(question)
                .thenCompose(producers::ask)
                .whenComplete((client, failure) -> self.tell(
                        new Asked(read.number(), read.bytes(), failure == null ? client : Optional.empty(), failure),
                        ActorRef.noSender()));
    }

    /** One that cannot be asked about now waits for an interval, and delays no other. */
    private void failed(Transaction transaction, @Nullable Throwable failure) {
        labels.transactions().checked(TransactionTraffic.Check.UNREADABLE);
        log.error("{}: nobody can be asked about transaction {}", id, transaction.number(), failure);
        underWay.remove(transaction.number());
        partition.transactions().postpone(transaction, shell.clock().millis());
    }

    /** Records that somebody was asked, and asks about the next. */
    void asked(Asked asked) {
        isAsked(asked.bytes());
        record(asked);
        goOn();
    }

    private void record(Asked asked) {
        if (asked.client().isPresent()) {
            labels.transactions().checked(TransactionTraffic.Check.ASKED);
            shell.enqueue()
                    .accept(new TransactionSteps.Own(
                            asked.number(),
                            new TransactionCommand.Checked(asked.client().get()),
                            labels,
                            () -> underWay.remove(asked.number())));
            return;
        }
        underWay.remove(asked.number());
        if (asked.failure() == null) {
            pausedUntilEpochMillis = shell.clock().millis() + BUSY_MILLIS;
            return;
        }
        partition.transactions().find(asked.number()).ifPresent(transaction -> failed(transaction, asked.failure()));
    }

    /** When {@link #goOn} is to be called next; Long.MAX_VALUE while nothing is open. */
    private long nextEpochMillis() {
        long next = partition.transactions().nextCheckEpochMillis();
        if (next == Long.MAX_VALUE) return next;
        // What is under way stays due until it is recorded.
        long busy = underWay.isEmpty() ? 0 : lastLookEpochMillis + BUSY_MILLIS;
        return Math.min(Math.max(next, Math.max(busy, pausedUntilEpochMillis)), nextOverdueEpochMillis);
    }

    /** Whether the queue has to stay awake. */
    boolean isIdle() {
        return partition.transactions().open() == 0 && underWay.isEmpty();
    }
}
