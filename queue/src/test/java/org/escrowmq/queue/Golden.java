package org.escrowmq.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** Files of stored bytes, in hex; what follows {@code #} on a line is a comment. One a format version; never changed. */
final class Golden {
    private Golden() {}

    static ByteBuffer read(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String hex = text.replaceAll("#.*", "").replaceAll("\\s", "");
            return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        }
    }
}
