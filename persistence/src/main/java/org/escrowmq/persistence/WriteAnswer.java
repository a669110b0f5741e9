package org.escrowmq.persistence;

/**
 * What the journal state machine says to a write. A write that times out has no answer: it is unknown and stays pending.
 *
 * <ul>
 *   <li>{@link #APPLIED}: durable and applied to the tables.
 *   <li>{@link #DUPLICATE}: the same writer, epoch, number and checksum was applied before; a success.
 *   <li>{@link #REFUSED}: a newer epoch claimed the id, or the number is taken by other content. The writer stops.
 *   <li>{@link #GAP}: an earlier number is missing; send again from the first unapplied one, in order.
 *   <li>{@link #STORAGE_FULL}: not proposed, for lack of space. Nothing changed.
 *   <li>{@link #FENCED}: the id's stored state is damaged; only salvage or repair opens it again.
 * </ul>
 */
public enum WriteAnswer {
    APPLIED,
    DUPLICATE,
    REFUSED,
    GAP,
    STORAGE_FULL,
    FENCED
}
