package org.escrowmq.persistence.log;

import java.io.IOException;

/** Stored bytes do not match their checksum or chain. Carries the file and offset for {@code doctor}. */
public final class CorruptRecordException extends IOException {
    private static final long serialVersionUID = 1;

    /** {@code detail} names the file, the offset and what is wrong. */
    public CorruptRecordException(String detail) {
        super(detail);
    }
}
