package org.escrowmq.model;

/** The stable reason of a {@link Refusal}. One table in {@code api} maps each to the wire's status code. */
public enum RefusalCode {
    TOPIC_NOT_FOUND,
    GROUP_NOT_FOUND,
    TOPIC_EXISTS,
    GROUP_EXISTS,
    ILLEGAL_TOPIC,
    ILLEGAL_GROUP,
    INVALID_ARGUMENT,
    /** The topic is not writable or readable, or the group is paused. */
    FORBIDDEN,
    INVALID_RECEIPT_HANDLE,
    /** A transaction that is unknown, decided otherwise, or parked. */
    INVALID_TRANSACTION_ID,
    /** An offset that the queue never had: below 0 or beyond its end. */
    ILLEGAL_OFFSET,
    /** An offset whose message is stored no more, or a group that has no progress on the queue. */
    OFFSET_NOT_FOUND,
    MESSAGE_TYPE_CONFLICT,
    /** A bound is reached (in flight, memory, polls); the caller may retry after a pause. */
    TOO_MANY_REQUESTS,
    /** The disk is too full to accept bodies; acks and deletes still work. */
    STORAGE_FULL,
    /** The outcome is unknown: it may yet happen. The caller retries with the same id. */
    TIMEOUT,
    /** The owner is recovering, moving, fenced or stopping; nothing was done. */
    UNAVAILABLE,
    NOT_FOUND,
    UNSUPPORTED
}
