package org.escrowmq.model;

/** What a message asks of the server. {@code code} is its number on disk and never changes. */
public enum MessageType {
    NORMAL(1),
    FIFO(2),
    DELAY(3),
    TRANSACTION(4),
    PRIORITY(5),
    LITE(6);

    private final int code;

    MessageType(int code) {
        this.code = code;
    }

    /** The number on disk. */
    public int code() {
        return code;
    }

    /** The type with this number on disk. */
    public static MessageType ofCode(int code) {
        for (MessageType type : values()) {
            if (type.code == code) return type;
        }
        throw new IllegalArgumentException("no message type has the code " + code);
    }
}
