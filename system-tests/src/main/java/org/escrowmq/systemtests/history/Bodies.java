package org.escrowmq.systemtests.history;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** Bodies of a workload and how the history names them: by CRC32C and length. */
public final class Bodies {
    private Bodies() {}

    /** The same seed and length give the same bytes. */
    public static byte[] random(long seed, int length) {
        byte[] body = new byte[length];
        new Random(seed).nextBytes(body);
        return body;
    }

    public static long hash(byte[] body) {
        return hash(ByteBuffer.wrap(body));
    }

    /** Leaves the buffer's position where it is. */
    public static long hash(ByteBuffer body) {
        CRC32C crc = new CRC32C();
        crc.update(body.duplicate());
        return (long) body.remaining() << 32 | crc.getValue();
    }
}
