package org.escrowmq.delay;

/**
 * A message that was recalled and is never delivered; kept for a while, so that a repeated recall gets the same answer.
 *
 * @param number that of the message when it waited
 * @param fingerprint 64 bits of its id
 * @param recalledIn the journal entry that holds the recall; 0 while there is none
 */
public record Recalled(
        long number,
        String messageId,
        long fingerprint,
        long storedEpochMillis,
        long dueEpochMillis,
        Delayed.Change change,
        long recalledIn) {
    /** How long it is kept after its time, or after the recall where that is later. */
    public static final long KEPT_MILLIS = 24L * 3_600_000;

    /** What becomes of a message by this recall. */
    public static Recalled of(Delayed message, Delayed.Change change) {
        return new Recalled(
                message.number(),
                message.messageId(),
                message.body().fingerprint(),
                message.storedEpochMillis(),
                message.dueEpochMillis(),
                change,
                0);
    }

    /** The same, in this entry. */
    public Recalled recalledIn(long sequenceNumber) {
        return new Recalled(number, messageId, fingerprint, storedEpochMillis, dueEpochMillis, change, sequenceNumber);
    }

    /** When it may be forgotten. */
    public long keptUntilEpochMillis() {
        return Math.max(dueEpochMillis, change.epochMillis()) + KEPT_MILLIS;
    }
}
