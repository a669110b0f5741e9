package org.escrowmq.persistence.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There is no room for another segment. Nothing was written, the log goes on; later appends try again. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    /** {@code detail} names the file. */
    public DiskFullException(String detail, @Nullable IOException cause) {
        super(detail, cause);
    }
}
