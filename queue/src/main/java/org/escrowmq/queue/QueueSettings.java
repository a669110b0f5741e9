package org.escrowmq.queue;

/**
 * The named limits of a queue.
 *
 * @param inFlightMax leased or waiting messages of one group on one queue; at the limit nothing more is offered
 * @param autoRenewMaxMillis how long a server-renewed lease may last in all (3 h)
 * @param releaseDelayMillis after how long the leases of a client that is gone become visible (1 s)
 */
public record QueueSettings(int inFlightMax, long autoRenewMaxMillis, long releaseDelayMillis) {
    /** What holds where nobody says otherwise. */
    public static final QueueSettings STANDARD = new QueueSettings(65_536, 3 * 3_600_000L, 1_000);
}
