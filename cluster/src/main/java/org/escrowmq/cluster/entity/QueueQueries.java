package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;

/** What operators ask of a queue. Answers speak of durable messages only. Called on the queue's thread. */
final class QueueQueries {
    private static final long ANSWER_BYTES_MAX = 8L << 20;
    private static final int SCAN_PAGE = 256;
    private static final int SCAN_PAGES_MAX = 400;

    private final int queueNumber;
    private final StoredMessages stored;

    QueueQueries(int queueNumber, StoredMessages stored) {
        this.queueNumber = queueNumber;
        this.stored = stored;
    }

    /** {@code durableEnd} is the end of what is in the tables. */
    void answer(QueueOperation operation, Partition partition, Offset durableEnd, Sends sends, long nowMillis) {
        Offset first = partition.state().first();
        if (operation instanceof QueueOperation.Describe describe) {
            describe(describe, partition, partition.storedBytes(), sends.perSecond(nowMillis), nowMillis);
        } else if (operation instanceof QueueOperation.Peek peek) {
            peek(peek, first);
        } else if (operation instanceof QueueOperation.FindByKey find) {
            findByKey(find, first);
        } else if (operation instanceof QueueOperation.FindById find) {
            findById(find, first, partition.state().next());
        } else if (operation instanceof QueueOperation.FindOffset find) {
            findOffset(find, first, durableEnd);
        } else {
            throw new IllegalStateException("not an operation of a queue: " + operation);
        }
    }

    private void describe(
            QueueOperation.Describe query, Partition partition, long storedBytes, double sentPerSecond, long now) {
        List<QueueInspection.GroupFigures> groups = new ArrayList<>();
        partition
                .state()
                .groups(now)
                .forEach(view -> groups.add(new QueueInspection.GroupFigures(
                        view.group(), queueNumber, view.progress(), view.lag(), view.inFlight(), view.waiting())));
        query.answer()
                .complete(Outcome.done(new QueueInspection.QueueFigures(
                        queueNumber,
                        partition.state().first(),
                        partition.state().next(),
                        storedBytes,
                        sentPerSecond,
                        groups)));
    }

    private void peek(QueueOperation.Peek query, Offset first) {
        Offset from = query.from().compareTo(first) < 0 ? first : query.from();
        answer(stored.range(from, query.max(), ANSWER_BYTES_MAX), message -> true, query.answer());
    }

    private void findByKey(QueueOperation.FindByKey query, Offset first) {
        List<Long> offsets = stillStored(stored.offsetsOfKey(query.key(), query.max()), first);
        answer(stored.read(offsets), message -> message.keys().contains(query.key()), query.answer());
    }

    /** Messages with keys are found by the index; the others by a look at the newest messages of their queue. */
    private void findById(QueueOperation.FindById query, Offset first, Offset next) {
        List<Long> offsets = stillStored(stored.offsetsOfId(query.messageId(), 16), first);
        if (!offsets.isEmpty()) {
            answer(stored.read(offsets), message -> message.id().equals(query.messageId()), query.answer());
            return;
        }
        scanBack(query, first, next, SCAN_PAGES_MAX);
    }

    /** Looks through the page that ends at {@code end}, then through the ones before it. */
    private void scanBack(QueueOperation.FindById query, Offset first, Offset end, int pagesLeft) {
        if (pagesLeft == 0 || end.compareTo(first) <= 0) {
            query.answer().complete(Outcome.done(List.of()));
            return;
        }
        Offset pageStart = new Offset(Math.max(first.value(), end.value() - SCAN_PAGE));
        scanPage(query, pageStart, end, () -> scanBack(query, first, pageStart, pagesLeft - 1));
    }

    private void scanPage(QueueOperation.FindById query, Offset from, Offset end, Runnable notFound) {
        int count = (int) (end.value() - from.value());
        stored.range(from, count, ANSWER_BYTES_MAX).whenComplete((found, failure) -> {
            if (failure != null) {
                query.answer().completeExceptionally(failure);
                return;
            }
            List<QueueInspection.StoredMessage> matches =
                    matching(found, message -> message.id().equals(query.messageId()));
            if (!matches.isEmpty()) {
                query.answer().complete(Outcome.done(matches));
                return;
            }
            Offset reached = found.keySet().stream()
                    .reduce(end, (earlier, later) -> later)
                    .plus(1);
            if (found.isEmpty() || reached.compareTo(end) >= 0) notFound.run();
            else scanPage(query, reached, end, notFound);
        });
    }

    /** {@code end}: where what is durable ends. */
    private void findOffset(QueueOperation.FindOffset query, Offset first, Offset end) {
        Offset found = switch (query.position().kind()) {
            case FIRST -> first;
            case LATEST -> end;
            case TIME -> stored.storedFrom(query.position().epochMillis(), first, end);
        };
        query.answer().complete(Outcome.done(found));
    }

    private static List<Long> stillStored(List<Long> offsets, Offset first) {
        return offsets.stream()
                .filter(offset -> offset >= first.value())
                .sorted()
                .toList();
    }

    private void answer(
            CompletionStage<Map<Offset, StoredBlob>> read,
            Predicate<Message> wanted,
            CompletableFuture<Outcome<List<QueueInspection.StoredMessage>>> answer) {
        read.whenComplete((found, failure) -> {
            if (failure != null) answer.completeExceptionally(failure);
            else answer.complete(Outcome.done(matching(found, wanted)));
        });
    }

    private List<QueueInspection.StoredMessage> matching(Map<Offset, StoredBlob> found, Predicate<Message> wanted) {
        List<QueueInspection.StoredMessage> matches = new ArrayList<>();
        found.forEach((offset, blob) -> {
            Message message = MessageCodec.decode(blob.blob());
            if (wanted.test(message)) {
                matches.add(new QueueInspection.StoredMessage(queueNumber, offset, blob.storedEpochMillis(), message));
            }
        });
        return matches;
    }
}
