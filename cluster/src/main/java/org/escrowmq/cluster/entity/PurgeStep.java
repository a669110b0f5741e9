package org.escrowmq.cluster.entity;

import java.util.Optional;
import java.util.function.Function;
import org.escrowmq.cluster.QueueStreams;
import org.escrowmq.cluster.partition.BatchRow;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredMessages;
import org.escrowmq.model.Offset;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.queue.QueueCommand;

/**
 * Gives up every message before a position, or tells what would go. Whole batches: all messages of one were stored at the same time, and
 * what is durable ends with one.
 */
final class PurgeStep implements Step {
    private final QueueOperation.Purge purge;
    private final StoredMessages stored;
    private final Offset durableEnd;
    private final Function<BatchRow, Runnable> decided;

    /** {@code decided} hears of the last batch that is given up, and says what to do once that is durable. */
    PurgeStep(
            QueueOperation.Purge purge,
            StoredMessages stored,
            Offset durableEnd,
            Function<BatchRow, Runnable> decided) {
        this.purge = purge;
        this.stored = stored;
        this.durableEnd = durableEnd;
        this.decided = decided;
    }

    @Override
    public Runnable decide(Partition partition, Moment moment) {
        Offset first = partition.state().first();
        Optional<BatchRow> last = lastToGo(first);
        if (last.isEmpty()) return () -> answer(new QueueStreams.Purge(first, first, 0, 0));
        Offset end = last.get().end();
        long bytesBefore = stored.oldest(first).map(BatchRow::bytesBefore).orElse(0L);
        QueueStreams.Purge told = new QueueStreams.Purge(
                first, end, end.value() - first.value(), last.get().bytesAfter() - bytesBefore);
        if (purge.dryRun()) return () -> answer(told);
        Runnable durable = giveUp(last.get(), partition, moment);
        return () -> {
            durable.run();
            answer(told);
        };
    }

    private Optional<BatchRow> lastToGo(Offset first) {
        Offset to = switch (purge.upTo().kind()) {
            case FIRST -> first;
            case LATEST -> durableEnd;
            case TIME -> stored.storedFrom(purge.upTo().epochMillis(), first, durableEnd);
        };
        return to.compareTo(first) <= 0 ? Optional.empty() : stored.batchBefore(to);
    }

    private Runnable giveUp(BatchRow last, Partition partition, Moment moment) {
        partition.decide(new QueueCommand.Trim(last.end()), moment.nowMillis());
        partition.trimmed(last, stored.oldest(last.end()), moment.epochMillis());
        return decided.apply(last);
    }

    private void answer(QueueStreams.Purge told) {
        purge.answer().complete(Outcome.done(told));
    }

    @Override
    public void refuse(Refusal why) {
        purge.refuse(why);
    }
}
