package org.escrowmq.model;

/** The number of a claim on a persistence id. Each recovery of its writer takes the next one; older ones are fenced. */
public record Epoch(long value) implements Comparable<Epoch> {
    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }
}
