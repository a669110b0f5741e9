package org.escrowmq.model;

/**
 * An expected "no". {@code text} is for a person: it names the limit, the value given and the key or command that changes
 * it, and holds nothing internal.
 */
public record Refusal(RefusalCode code, String text) {}
