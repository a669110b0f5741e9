package org.escrowmq.persistence;

/**
 * How long an entry is expected to be wanted after it was written: what the collector groups survivors by. {@code code}
 * is its number on disk.
 */
public enum RetentionClass {
    /** State that later entries make obsolete soon. */
    STATE(0),
    /** Up to an hour. */
    HOUR(1),
    /** Up to a day. */
    DAY(2),
    /** Up to a week. */
    WEEK(3),
    /** Up to a month. */
    MONTH(4),
    /** Longer. */
    YEAR(5);

    private final int code;

    RetentionClass(int code) {
        this.code = code;
    }

    /** The number on disk. */
    public int code() {
        return code;
    }

    /** The class with this number on disk. */
    public static RetentionClass ofCode(int code) {
        for (RetentionClass retention : values()) {
            if (retention.code == code) return retention;
        }
        throw new IllegalArgumentException("no retention class has the code " + code);
    }

    /** The shortest class that covers {@code hours}. */
    public static RetentionClass ofHours(long hours) {
        if (hours <= 1) return HOUR;
        if (hours <= 24) return DAY;
        if (hours <= 24 * 7) return WEEK;
        return hours <= 24 * 31 ? MONTH : YEAR;
    }
}
