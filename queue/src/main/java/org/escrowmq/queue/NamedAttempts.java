package org.escrowmq.queue;

import java.util.HashMap;
import java.util.Map;

/** The receives that leases of one group were delivered to, where a receive has a name of its own (64 bits of it). */
final class NamedAttempts {
    private final Map<Long, Integer> leases = new HashMap<>();

    /** Whether a lease was delivered to it. */
    boolean holds(long attempt) {
        return attempt != 0 && leases.containsKey(attempt);
    }

    /** Says to which receive a lease was delivered, in place of the one before; 0 for none. */
    void named(Lease lease, long attempt) {
        if (lease.attemptHash != 0)
            leases.computeIfPresent(lease.attemptHash, (name, count) -> count == 1 ? null : count - 1);
        lease.attemptHash = attempt;
        if (attempt != 0) leases.merge(attempt, 1, Integer::sum);
    }
}
