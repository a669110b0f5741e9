package org.escrowmq.persistence;

/** Space is low, so entries with bodies are not taken until some is free again. Nothing was changed. */
public final class StorageFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** {@code freeBytes} is what the store's file system has left; {@code limitBytes} the key's value. */
    public StorageFullException(long freeBytes, long limitBytes) {
        super("The store's file system has " + freeBytes + " bytes free; escrow.persistence.min-free-bytes keeps "
                + limitBytes + " for acknowledgements and decisions.");
    }
}
