package org.escrowmq.persistence.journal;

import java.io.IOException;

/** A record whose checksum is right and whose content makes no sense: written by a newer release, or by a bug. */
final class UnreadableRecordException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableRecordException(String detail) {
        super(detail);
    }
}
