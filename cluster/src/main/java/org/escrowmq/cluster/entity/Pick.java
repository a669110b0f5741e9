package org.escrowmq.cluster.entity;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.model.Offset;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueState;
import org.jspecify.annotations.Nullable;

/**
 * What a grant may lease right now, as the command that does it. What was delivered as often as it may be is left out.
 *
 * @param command null when there is nothing
 * @param missing what was wanted and is not in memory
 */
record Pick(@Nullable QueueCommand command, @Nullable Missing missing) {
    /** With a filter more is looked at than is asked for: what does not match is skipped in the same record. */
    private static final int FILTERED_CANDIDATES = 256;

    /** New messages that an ordered group's grant looks at in one entry: some may be behind others of their message group. */
    private static final int LOOKED_IN_ORDER = 128;

    /** For a group without order: whatever is available. */
    static Pick free(Partition partition, QueueOperation.Grant grant, int maxAttempts, long nowMillis) {
        boolean filtered = !grant.filter().acceptsAll();
        int looked = filtered ? Math.max(FILTERED_CANDIDATES, grant.maxMessages()) : grant.maxMessages();
        Free picked = new Free(grant);
        Wanted wanted = new Wanted(partition.state().fresh(grant.group()));
        for (QueueState.Candidate candidate : partition.state().candidates(grant.group(), looked, nowMillis)) {
            if (candidate.attempt() > maxAttempts) continue;
            StoredBlob message = partition.cached(candidate.offset());
            if (message == null) {
                if (wanted.endsAt(candidate.offset())) break;
            } else if (filtered && !grant.filter().accepts(message.blob())) {
                picked.skip.add(candidate.offset());
            } else if (!picked.take(candidate.offset(), message.blob().remaining())) {
                break;
            }
        }
        return new Pick(picked.command(), wanted.missing());
    }

    /** For an ordered group: what was looked at; the queue decides which of it is not behind another message. */
    static Pick inOrder(Partition partition, QueueOperation.Grant grant, int maxAttempts, long nowMillis) {
        QueueState.InOrder offer =
                partition.state().inOrder(grant.group(), grant.maxMessages(), grant.attempt(), nowMillis);
        Wanted wanted = new Wanted(offer.fresh());
        List<QueueCommand.Looked> again = new ArrayList<>();
        for (QueueState.Candidate candidate : offer.again()) {
            if (candidate.attempt() > maxAttempts) continue;
            QueueCommand.Looked message = look(partition, grant, candidate.offset());
            if (message != null) again.add(message);
            else wanted.endsAt(candidate.offset());
        }
        List<QueueCommand.Looked> fresh = new ArrayList<>();
        boolean enough = again.size() >= grant.maxMessages();
        long looked = enough ? 0 : Math.min(LOOKED_IN_ORDER, offer.room());
        long end = Math.min(partition.state().next().value(), offer.fresh().value() + looked);
        for (long offset = offer.fresh().value(); offset < end; offset++) {
            QueueCommand.Looked message = look(partition, grant, new Offset(offset));
            if (message != null) fresh.add(message);
            else if (wanted.endsAt(new Offset(offset))) break;
        }
        boolean nothing = again.isEmpty() && fresh.isEmpty();
        return new Pick(nothing ? null : inOrder(grant, again, fresh), wanted.missing());
    }

    private static QueueCommand inOrder(
            QueueOperation.Grant grant, List<QueueCommand.Looked> again, List<QueueCommand.Looked> fresh) {
        return new QueueCommand.DeliverInOrder(
                grant.group(),
                again,
                fresh,
                grant.maxMessages(),
                grant.maxBytes(),
                grant.leaseMillis(),
                grant.autoRenew(),
                grant.clientId(),
                grant.attempt());
    }

    private static QueueCommand.@Nullable Looked look(Partition partition, QueueOperation.Grant grant, Offset offset) {
        StoredBlob message = partition.cached(offset);
        if (message == null) return null;
        boolean wanted = grant.filter().accepts(message.blob());
        return new QueueCommand.Looked(
                offset, message.groupHash(), message.blob().remaining(), wanted);
    }

    /** Collects what is not in memory. What was offered before comes before what is new. */
    private static final class Wanted {
        private final Offset fresh;
        private final List<Long> single = new ArrayList<>();
        private @Nullable Offset run;

        Wanted(Offset fresh) {
            this.fresh = fresh;
        }

        /** True when nothing more is looked at: the new messages from this one on are read as a run. */
        boolean endsAt(Offset offset) {
            if (offset.compareTo(fresh) < 0) {
                single.add(offset.value());
                return false;
            }
            run = offset;
            return true;
        }

        @Nullable
        Missing missing() {
            if (!single.isEmpty()) return Missing.single(single);
            return run == null ? null : Missing.run(run);
        }
    }

    /** Collects until the poll has enough. */
    private static final class Free {
        private final QueueOperation.Grant grant;
        private final List<Offset> take = new ArrayList<>();
        private final List<Offset> skip = new ArrayList<>();
        private long bytes;

        Free(QueueOperation.Grant grant) {
            this.grant = grant;
        }

        /** False when the poll has enough. */
        boolean take(Offset offset, int messageBytes) {
            if (take.size() >= grant.maxMessages()) return false;
            if (!take.isEmpty() && bytes + messageBytes > grant.maxBytes()) return false;
            take.add(offset);
            bytes += messageBytes;
            return true;
        }

        @Nullable
        QueueCommand command() {
            if (take.isEmpty() && skip.isEmpty()) return null;
            return new QueueCommand.Deliver(
                    grant.group(), take, skip, grant.leaseMillis(), grant.autoRenew(), grant.clientId());
        }
    }
}
