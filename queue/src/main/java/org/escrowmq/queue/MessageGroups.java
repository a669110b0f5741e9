package org.escrowmq.queue;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The outstanding messages of one group by message group: a chain of leases for each, in the order of their offsets. Only the first of a
 * chain may be offered; the others are blocked until they come first. So the lock is per message group, and it needs no release.
 *
 * <pre>
 *   hash 17:  lease 4 (offered when visible) -> 9 (blocked) -> 12 (blocked)
 *   hash 23:  lease 5 (offered when visible)
 * </pre>
 *
 * Leases without a message group (hash 0) and those whose message is being moved elsewhere are in no chain.
 */
final class MessageGroups {
    /** A chain's ends. */
    private static final class Chain {
        Lease first;
        Lease last;

        Chain(Lease only) {
            first = only;
            last = only;
        }
    }

    private final Map<Long, Chain> chains = new HashMap<>();

    /** Puts a lease at the end of its chain; its offset is above all that are there. */
    void add(Lease lease) {
        if (lease.groupHash == 0 || lease.isMoving()) return;
        Chain chain = chains.get(lease.groupHash);
        if (chain == null) {
            chains.put(lease.groupHash, new Chain(lease));
            return;
        }
        if (chain.last.offset >= lease.offset) {
            throw new IllegalStateException("offset " + lease.offset + " comes after " + chain.last.offset);
        }
        lease.before = chain.last;
        chain.last.after = lease;
        chain.last = lease;
        lease.blocked = true;
    }

    /** Takes a lease out; answers the one that comes first now and was blocked by it. */
    @Nullable
    Lease remove(Lease lease) {
        if (lease.groupHash == 0 || lease.isMoving()) return null;
        Chain chain = chains.get(lease.groupHash);
        if (chain == null) throw new IllegalStateException("offset " + lease.offset + " is in no chain");
        Lease before = lease.before;
        Lease after = lease.after;
        lease.before = null;
        lease.after = null;
        lease.blocked = false;
        if (before != null) before.after = after;
        if (after != null) after.before = before;
        if (before == null && after == null) chains.remove(lease.groupHash);
        else if (before == null && after != null) chain.first = after;
        else if (before != null && after == null) chain.last = before;
        if (before != null || after == null) return null;
        after.blocked = false;
        return after;
    }

    /** The last outstanding message of a message group; null when it has none. */
    @Nullable
    Lease last(long groupHash) {
        Chain chain = groupHash == 0 ? null : chains.get(groupHash);
        return chain == null ? null : chain.last;
    }
}
