package org.escrowmq.cluster.quota;

/**
 * What may be delivered to a group right now. What queues that are asked at the same time bring beyond it is taken off later.
 *
 * @param messages how many
 * @param bytes of bodies; one message may exceed it
 * @param waitNanos until there is room again; 0 when there is
 * @param inFlightMax messages that may be leased or waiting on one topic
 */
public record DeliveryRoom(long messages, long bytes, long waitNanos, int inFlightMax) {
    /** Room without end. */
    public static final DeliveryRoom UNLIMITED = new DeliveryRoom(Long.MAX_VALUE, Long.MAX_VALUE, 0, Integer.MAX_VALUE);

    /** An equal share of what may be in flight for each of so many queues, at least one message. */
    public int inFlightMaxOfQueue(int queues) {
        if (inFlightMax == Integer.MAX_VALUE) return inFlightMax;
        return Math.max(1, (int) (((long) inFlightMax + queues - 1) / queues));
    }
}
