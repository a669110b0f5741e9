package org.escrowmq.persistence.journal;

/**
 * Limits of the commit step.
 *
 * @param queueItemsMax proposals that may wait; more make their callers wait
 * @param queueBytesMax their bytes
 * @param groupBytesMax bytes of one commit group, if it holds more than one proposal
 * @param appendBytesMax what the log takes in one append
 * @param idleNanos after so long without work the high water is synced
 */
record CommitSettings(int queueItemsMax, long queueBytesMax, long groupBytesMax, long appendBytesMax, long idleNanos) {}
