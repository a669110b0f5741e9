package org.escrowmq.queue.filter;

/**
 * A text that is no filter. The message is for the person who wrote it: it names the position and what was expected there.
 * Expected, not a fault: it carries no stack trace.
 */
public final class FilterSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    private final int position;

    FilterSyntaxException(int index, String text) {
        super("at character " + (index + 1) + ": " + text, null, false, false);
        this.position = index + 1;
    }

    /** The character at which reading stopped, from 1; one behind the last where the text ends too early. */
    public int position() {
        return position;
    }
}
