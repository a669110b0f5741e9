package org.escrowmq.persistence.journal;

/** What a record of the log says. {@code code} is its number on disk and never changes its meaning. */
enum RecordKind {
    /** A writer took the next epoch. */
    CLAIM(1),
    /** One entry, or several that apply together or not at all. */
    ENTRIES(2),
    /** Entries up to a number were given up. */
    TRIM(3),
    /** A persistence id was forgotten. */
    DELETE(4),
    /** A snapshot that replaces the ones before it. */
    SNAPSHOT(5),
    /** A snapshot beside the ones before it. */
    SNAPSHOT_BESIDE(6),
    /** Snapshots of a range of numbers were given up. */
    DROP_SNAPSHOTS(7),
    /** An operator accepted what damage took from this id, and opened it again. */
    SALVAGE(8),
    /** An operator accepted damage that could not be put down to an id. */
    SALVAGE_STORE(9),
    /** How far a replicated log was applied, and what a member proposed last. */
    PLACE(10);

    private static final RecordKind[] BY_CODE = new RecordKind[11];

    static {
        for (RecordKind kind : values()) BY_CODE[kind.code] = kind;
    }

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether the record carries content in parts. */
    boolean hasContent() {
        return this == ENTRIES || this == SNAPSHOT || this == SNAPSHOT_BESIDE;
    }

    /** Whether what it does to snapshots depends on those that are stored. */
    boolean dropsSnapshots() {
        return this == SNAPSHOT || this == TRIM || this == DROP_SNAPSHOTS;
    }

    static RecordKind ofCode(int code) throws UnreadableRecordException {
        if (code < 1 || code >= BY_CODE.length) throw new UnreadableRecordException("record of unknown kind " + code);
        return BY_CODE[code];
    }
}
