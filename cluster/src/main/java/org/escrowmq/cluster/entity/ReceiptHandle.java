package org.escrowmq.cluster.entity;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.escrowmq.cluster.partition.Fingerprint;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;

/**
 * What a client must show to acknowledge a delivery: where the message is, and which delivery it was. Any node that has the
 * cluster's secret can read it. Delivery numbers are durable before a handle is given out and never used again in their
 * group, so a handle stays good over fail-overs until a newer delivery is recorded.
 *
 * <pre>
 * handle = base64url( version:u8 (1)  topic id:i64  queue:i32  offset:i64  delivery:i64  group fingerprint:i64  mac:8 )
 * mac    = first 8 bytes of HMAC-SHA-256(secret, everything before it)
 * </pre>
 */
public record ReceiptHandle(QueueId queue, Offset offset, long deliveryNumber, long groupFingerprint) {
    private static final byte VERSION = 1;
    private static final int SIGNED_BYTES = 37;
    private static final int MAC_BYTES = 8;

    /** The handle of a delivery to a group. */
    public static ReceiptHandle of(QueueId queue, Offset offset, long deliveryNumber, GroupName group) {
        return new ReceiptHandle(queue, offset, deliveryNumber, fingerprint(group));
    }

    /** Whether the handle was given to this group. */
    public boolean isFor(GroupName group) {
        return groupFingerprint == fingerprint(group);
    }

    private static long fingerprint(GroupName group) {
        return Fingerprint.of(group.toString());
    }

    /** Writes and reads handles under one secret. Thread-safe. */
    public static final class Codec {
        private final ThreadLocal<Mac> mac;

        /** {@code secret} is at least 16 bytes, the same on every node. */
        public Codec(byte[] secret) {
            SecretKeySpec key = new SecretKeySpec(secret, "HmacSHA256");
            mac = ThreadLocal.withInitial(() -> open(key));
        }

        /** The text for the client. */
        public String write(ReceiptHandle handle) {
            ByteBuffer out = ByteBuffer.allocate(SIGNED_BYTES + MAC_BYTES);
            out.put(VERSION)
                    .putLong(handle.queue().topic().value())
                    .putInt(handle.queue().number())
                    .putLong(handle.offset().value())
                    .putLong(handle.deliveryNumber())
                    .putLong(handle.groupFingerprint());
            out.put(sign(out.array()), 0, MAC_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
        }

        /** The handle in a client's text; empty when we did not write it. */
        public Optional<ReceiptHandle> read(String text) {
            byte[] bytes;
            try {
                bytes = Base64.getUrlDecoder().decode(text);
            } catch (IllegalArgumentException notBase64) {
                return Optional.empty();
            }
            if (bytes.length != SIGNED_BYTES + MAC_BYTES || bytes[0] != VERSION) return Optional.empty();
            ByteBuffer in = ByteBuffer.wrap(bytes, 1, SIGNED_BYTES - 1);
            byte[] given = Arrays.copyOfRange(bytes, SIGNED_BYTES, bytes.length);
            byte[] expected = Arrays.copyOf(sign(bytes), MAC_BYTES);
            if (!MessageDigest.isEqual(given, expected)) return Optional.empty();
            QueueId queue = new QueueId(new TopicId(in.getLong()), in.getInt());
            return Optional.of(new ReceiptHandle(queue, new Offset(in.getLong()), in.getLong(), in.getLong()));
        }

        private byte[] sign(byte[] bytes) {
            Mac signer = mac.get();
            signer.update(bytes, 0, SIGNED_BYTES);
            return signer.doFinal();
        }

        private static Mac open(SecretKeySpec key) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                return mac;
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("every Java runtime has HmacSHA256", missing);
            }
        }
    }
}
