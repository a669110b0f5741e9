package org.escrowmq.model;

/**
 * One incarnation of a topic. The catalogue numbers incarnations from 1 and never uses a number again, so a topic that is
 * deleted and created anew shares nothing with the old one.
 */
public record TopicId(long value) {
    /** Rejects numbers below 1. */
    public TopicId {
        if (value < 1) throw new IllegalArgumentException("a topic id starts at 1, got " + value);
    }
}
