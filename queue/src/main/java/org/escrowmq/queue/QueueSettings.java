package org.escrowmq.queue;

/**
 * The named limits of a queue.
 *
 * @param inFlightMax leased or waiting messages of one group on one queue, at least 1; at the limit nothing new is offered,
 *     only what comes back
 * @param autoRenewMaxMillis how long a server-renewed lease may last in all (3 h)
 * @param releaseDelayMillis after how long the leases of a client that is gone become visible (1 s)
 * @param duplicateWindowMillis for how long the id of a stored message is remembered (10 min)
 * @param duplicateIdsMax how many ids are remembered at most, those of the newest messages
 */
public record QueueSettings(
        int inFlightMax,
        long autoRenewMaxMillis,
        long releaseDelayMillis,
        long duplicateWindowMillis,
        int duplicateIdsMax) {
    /** Rejects what no queue can work with. */
    public QueueSettings {
        if (inFlightMax < 1) throw new IllegalArgumentException("inFlightMax is at least 1, got " + inFlightMax);
        if (autoRenewMaxMillis < 1 || releaseDelayMillis < 0) {
            throw new IllegalArgumentException("a renewed lease lasts at least 1 ms and its release at least 0 ms, got "
                    + autoRenewMaxMillis + " and " + releaseDelayMillis);
        }
        if (duplicateWindowMillis < 0 || duplicateIdsMax < 1) {
            throw new IllegalArgumentException("ids are remembered for at least 0 ms and at least 1 of them, got "
                    + duplicateWindowMillis + " and " + duplicateIdsMax);
        }
    }

    /** What holds where nobody says otherwise. */
    public static final QueueSettings STANDARD = new QueueSettings(65_536, 3 * 3_600_000L, 1_000, 600_000, 16_384);
}
