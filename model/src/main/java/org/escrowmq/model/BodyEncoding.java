package org.escrowmq.model;

/** How the producer encoded a body. The server stores and returns the bytes as they came and never decodes them. */
public enum BodyEncoding {
    IDENTITY(1),
    GZIP(2);

    private final int code;

    BodyEncoding(int code) {
        this.code = code;
    }

    /** The number on disk. */
    public int code() {
        return code;
    }

    /** The encoding with this number on disk. */
    public static BodyEncoding ofCode(int code) {
        for (BodyEncoding encoding : values()) {
            if (encoding.code == code) return encoding;
        }
        throw new IllegalArgumentException("no body encoding has the code " + code);
    }
}
