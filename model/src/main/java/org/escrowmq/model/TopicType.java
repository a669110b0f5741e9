package org.escrowmq.model;

import java.util.List;

/** Which messages a topic accepts. {@code code} is its number on disk and never changes. */
public enum TopicType {
    NORMAL(1, List.of(MessageType.NORMAL)),
    FIFO(2, List.of(MessageType.FIFO)),
    DELAY(3, List.of(MessageType.DELAY)),
    TRANSACTION(4, List.of(MessageType.TRANSACTION)),
    MIXED(5, List.of(MessageType.NORMAL, MessageType.FIFO, MessageType.DELAY, MessageType.TRANSACTION)),
    PRIORITY(6, List.of(MessageType.PRIORITY));

    private final int code;
    private final List<MessageType> accepted;

    TopicType(int code, List<MessageType> accepted) {
        this.code = code;
        this.accepted = accepted;
    }

    /** The number on disk. */
    public int code() {
        return code;
    }

    /** The message types a topic of this type takes, in the order in which routes list them. */
    public List<MessageType> accepted() {
        return accepted;
    }

    /** The type with this number on disk. */
    public static TopicType ofCode(int code) {
        for (TopicType type : values()) {
            if (type.code == code) return type;
        }
        throw new IllegalArgumentException("no topic type has the code " + code);
    }
}
