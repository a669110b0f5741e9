package org.escrowmq.systemtests.history;

/** What holds whatever fails. Those of transactions and delays come with their events. */
public enum Invariant {
    /** Every acknowledged message is delivered to every group, and again until a consumer is done with it. */
    I1_NOTHING_LOST,
    /** Nothing is delivered that was never sent or that was definitely refused. */
    I2_NOTHING_INVENTED,
    /**
     * The messages of a message group are consumed in the order of their sends, and none is skipped; none comes again once a later one
     * is acknowledged.
     */
    I4_ORDER_KEPT,
    /**
     * A duplicate only after a lease that ended, a nack or a crash, with the same id and a higher attempt; an acknowledged one never
     * again.
     */
    I5_NO_NEEDLESS_DUPLICATE,
    /** Bodies arrive as they were sent. */
    I7_BODIES_IDENTICAL,
    /** The service is back in time after each restart, and an OK is an answer to something. */
    I10_BACK_IN_TIME
}
