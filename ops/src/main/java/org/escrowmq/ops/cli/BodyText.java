package org.escrowmq.ops.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/**
 * A message's body as text: itself where it is UTF-8, otherwise {@code base64:} and the bytes. Compressed bodies are unpacked, up to
 * a limit that a body in good order cannot reach.
 */
final class BodyText {
    private static final int UNPACKED_BYTES_MAX = 64 << 20;

    private BodyText() {}

    static String of(ByteString stored, boolean gzip) {
        ByteString body = gzip ? unpacked(stored) : stored;
        return body.isValidUtf8()
                ? body.toStringUtf8()
                : "base64:" + Base64.getEncoder().encodeToString(body.toByteArray());
    }

    /** The unpacked bytes; the stored ones where the sender called something gzip that is not. */
    private static ByteString unpacked(ByteString stored) {
        try (InputStream in = new GZIPInputStream(stored.newInput())) {
            byte[] bytes = in.readNBytes(UNPACKED_BYTES_MAX + 1);
            return bytes.length > UNPACKED_BYTES_MAX ? stored : ByteString.copyFrom(bytes);
        } catch (IOException e) {
            return stored;
        }
    }
}
