package org.escrowmq.persistence;

/** The stored state of a persistence id is damaged, so it is neither claimed nor replayed until it is salvaged. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient PersistenceId id;

    /** {@code why} says what was found. */
    public FencedException(PersistenceId id, String why) {
        super("The stored state of " + id.value() + " is damaged (" + why
                + "). It is fenced, the others serve. Stop the server and see `escrow journal check`; what is left is"
                + " opened again by `escrow journal salvage --accept-loss`.");
        this.id = id;
    }

    /** The id that is fenced. */
    public PersistenceId id() {
        return id;
    }
}
