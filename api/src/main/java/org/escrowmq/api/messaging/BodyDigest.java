package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Digest;
import apache.rocketmq.v2.DigestType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;

/** Checksums over a body's bytes as they were transmitted. */
final class BodyDigest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final ThreadLocal<MessageDigest> MD5 = ThreadLocal.withInitial(() -> algorithm("MD5"));

    private BodyDigest() {}

    /** What goes with every delivery: MD5, upper-case hex. {@code body}'s position stays. */
    static Digest md5(ByteBuffer body) {
        MessageDigest digest = MD5.get();
        digest.update(body.duplicate());
        return Digest.newBuilder()
                .setType(DigestType.MD5)
                .setChecksum(HEX.formatHex(digest.digest()))
                .build();
    }

    /** Whether a producer's checksum fits the body. One without type or text says nothing and fits. */
    static boolean fits(Digest claimed, ByteBuffer body) {
        String checksum = claimed.getChecksum();
        if (checksum.isEmpty()) return true;
        return switch (claimed.getType()) {
            case MD5 -> checksum.equalsIgnoreCase(md5(body).getChecksum());
            case SHA1 -> checksum.equalsIgnoreCase(HEX.formatHex(sha1(body)));
            case CRC32 -> stripZeros(checksum).equalsIgnoreCase(stripZeros(crc32(body)));
            case DIGEST_TYPE_UNSPECIFIED, UNRECOGNIZED -> true;
        };
    }

    private static byte[] sha1(ByteBuffer body) {
        MessageDigest digest = algorithm("SHA-1");
        digest.update(body.duplicate());
        return digest.digest();
    }

    private static String crc32(ByteBuffer body) {
        CRC32 crc = new CRC32();
        crc.update(body.duplicate());
        return Long.toHexString(crc.getValue()).toUpperCase(Locale.ROOT);
    }

    private static String stripZeros(String hex) {
        int start = 0;
        while (start < hex.length() - 1 && hex.charAt(start) == '0') start++;
        return hex.substring(start);
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }
}
