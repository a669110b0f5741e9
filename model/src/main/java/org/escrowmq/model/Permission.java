package org.escrowmq.model;

/** What clients may do with a topic's queues. {@code code} is its number on disk and never changes. */
public enum Permission {
    NONE(0),
    READ(1),
    WRITE(2),
    READ_WRITE(3);

    private final int code;

    Permission(int code) {
        this.code = code;
    }

    /** The number on disk. */
    public int code() {
        return code;
    }

    /** Whether consumers may receive. */
    public boolean readable() {
        return (code & 1) != 0;
    }

    /** Whether producers may send. */
    public boolean writable() {
        return (code & 2) != 0;
    }

    /** The permission with this number on disk. */
    public static Permission ofCode(int code) {
        for (Permission permission : values()) {
            if (permission.code == code) return permission;
        }
        throw new IllegalArgumentException("no permission has the code " + code);
    }
}
