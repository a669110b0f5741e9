package org.escrowmq.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as bytes: what a blob of a queue's journal entry holds. The body comes last, so that it is a slice of the stored
 * bytes and is never copied on the way out.
 *
 * <pre>
 * blob    = version:u8 (1)  type:u8  encoding:u8  present:u16  born:i64
 *           id bornHost tag? group? trace? lite? originTopic? originId?     each text = length:u32, UTF-8
 *           deliverAt:i64?  recoverAfter:i64?  priority:i32?
 *           keys:u16 {text}  properties:u16 {text text}
 *           body (to the end)
 * present = bit 0 tag, 1 group, 2 trace, 3 lite, 4 origin, 5 deliverAt, 6 recoverAfter, 7 priority
 * </pre>
 *
 * All numbers are big-endian. The layout is described in docs/formats/message.md.
 */
public final class MessageCodec {
    private static final byte VERSION = 1;
    private static final int TAG = 1;
    private static final int GROUP = 2;
    private static final int TRACE = 4;
    private static final int LITE = 8;
    private static final int ORIGIN = 16;
    private static final int DELIVER_AT = 32;
    private static final int RECOVER_AFTER = 64;
    private static final int PRIORITY = 128;
    private static final int COUNT_MAX = 65_535;

    /** Where {@code present} stands, and the bytes before the first text. */
    private static final int PRESENT_AT = 3;

    private static final int FIXED_BYTES = 13;

    private MessageCodec() {}

    /** The stored form, in a buffer of its own, positioned at its start. */
    public static ByteBuffer encode(Message message) {
        Writer writer = new Writer();
        writer.header(message);
        writer.text(message.id());
        writer.text(message.bornHost());
        writer.textIfPresent(message.tag());
        writer.textIfPresent(message.messageGroup());
        writer.textIfPresent(message.traceContext());
        writer.textIfPresent(message.liteTopic());
        Message.DeadLetterOrigin origin = message.deadLetterOrigin();
        if (origin != null) {
            writer.text(origin.topic().toString());
            writer.text(origin.messageId());
        }
        writer.numbers(message);
        writer.count(message.keys().size());
        message.keys().forEach(writer::text);
        writer.count(message.properties().size());
        message.properties().forEach((key, value) -> {
            writer.text(key);
            writer.text(value);
        });
        return writer.finish(message.body());
    }

    /**
     * The message whose stored form is {@code blob}. The body is a slice of it; {@code blob}'s position stays.
     *
     * @throws IllegalArgumentException when it is not a message of a known version
     */
    public static Message decode(ByteBuffer blob) {
        try {
            return read(versioned(blob));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "malformed message: it ends too early, after " + blob.remaining() + " bytes", e);
        }
    }

    private static Message read(ByteBuffer in) {
        MessageType type = MessageType.ofCode(in.get());
        BodyEncoding encoding = BodyEncoding.ofCode(in.get());
        int present = in.getShort() & 0xffff;
        long born = in.getLong();
        String id = text(in);
        String bornHost = text(in);
        String tag = optionalText(in, present, TAG);
        String group = optionalText(in, present, GROUP);
        String trace = optionalText(in, present, TRACE);
        String lite = optionalText(in, present, LITE);
        Message.DeadLetterOrigin origin =
                (present & ORIGIN) == 0 ? null : new Message.DeadLetterOrigin(TopicName.parse(text(in)), text(in));
        Long deliverAt = (present & DELIVER_AT) == 0 ? null : Long.valueOf(in.getLong());
        Long recoverAfter = (present & RECOVER_AFTER) == 0 ? null : Long.valueOf(in.getLong());
        Integer priority = (present & PRIORITY) == 0 ? null : Integer.valueOf(in.getInt());
        return new Message(
                id,
                type,
                tag,
                keys(in),
                properties(in),
                encoding,
                in.slice(),
                born,
                bornHost,
                group,
                deliverAt,
                recoverAfter,
                trace,
                priority,
                lite,
                origin);
    }

    /** The id of a stored message, without decoding the rest. */
    public static String idOf(ByteBuffer blob) {
        if (blob.remaining() < FIXED_BYTES + 4) {
            throw new IllegalArgumentException("malformed message: it ends too early");
        }
        ByteBuffer in = versioned(blob);
        in.position(FIXED_BYTES);
        return text(in);
    }

    /** The tag of a stored message, without decoding the rest; null when it has none. */
    public static @Nullable String tagOf(ByteBuffer blob) {
        ByteBuffer in = fixedPart(blob);
        if ((present(in) & TAG) == 0) return null;
        in.position(FIXED_BYTES);
        skipText(in);
        skipText(in);
        return text(in);
    }

    /** The message group of a stored message, without decoding the rest; null when it has none. */
    public static @Nullable String groupOf(ByteBuffer blob) {
        ByteBuffer in = fixedPart(blob);
        int present = present(in);
        if ((present & GROUP) == 0) return null;
        in.position(FIXED_BYTES);
        skipText(in);
        skipText(in);
        if ((present & TAG) != 0) skipText(in);
        return text(in);
    }

    /** The user properties of a stored message, without decoding the rest. */
    public static Map<String, String> propertiesOf(ByteBuffer blob) {
        ByteBuffer in = fixedPart(blob);
        int present = present(in);
        in.position(FIXED_BYTES);
        int texts = 2 + Integer.bitCount(present & (TAG | GROUP | TRACE | LITE)) + ((present & ORIGIN) == 0 ? 0 : 2);
        for (int i = 0; i < texts; i++) skipText(in);
        int longs = Integer.bitCount(present & (DELIVER_AT | RECOVER_AFTER));
        skip(in, longs * Long.BYTES + ((present & PRIORITY) == 0 ? 0 : Integer.BYTES));
        for (int keys = count(in); keys > 0; keys--) skipText(in);
        return properties(in);
    }

    private static ByteBuffer fixedPart(ByteBuffer blob) {
        if (blob.remaining() < FIXED_BYTES) throw new IllegalArgumentException("malformed message: it ends too early");
        return versioned(blob);
    }

    private static int present(ByteBuffer in) {
        return in.getShort(PRESENT_AT) & 0xffff;
    }

    /** A view of the blob, behind its version. */
    private static ByteBuffer versioned(ByteBuffer blob) {
        ByteBuffer in = blob.slice();
        byte version = in.get();
        if (version != VERSION) throw new IllegalArgumentException("unknown message format " + version);
        return in;
    }

    private static List<String> keys(ByteBuffer in) {
        int count = count(in);
        if (count == 0) return List.of();
        List<String> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) keys.add(text(in));
        return keys;
    }

    private static Map<String, String> properties(ByteBuffer in) {
        int count = count(in);
        if (count == 0) return Map.of();
        Map<String, String> properties = new LinkedHashMap<>(count * 2);
        for (int i = 0; i < count; i++) properties.put(text(in), text(in));
        return properties;
    }

    private static @Nullable String optionalText(ByteBuffer in, int present, int bit) {
        return (present & bit) == 0 ? null : text(in);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[textLength(in)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void skipText(ByteBuffer in) {
        skip(in, textLength(in));
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(in.position() + need(in, bytes));
    }

    private static int count(ByteBuffer in) {
        need(in, Short.BYTES);
        return in.getShort() & 0xffff;
    }

    /** {@code bytes}, of which as many are left. */
    private static int need(ByteBuffer in, int bytes) {
        if (bytes <= in.remaining()) return bytes;
        throw new IllegalArgumentException(
                "malformed message: " + bytes + " bytes are needed where " + in.remaining() + " are left");
    }

    private static int textLength(ByteBuffer in) {
        need(in, Integer.BYTES);
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(
                    "malformed message: a text of " + length + " bytes where " + in.remaining() + " are left");
        }
        return length;
    }

    private static int present(Message message) {
        return (message.tag() == null ? 0 : TAG)
                | (message.messageGroup() == null ? 0 : GROUP)
                | (message.traceContext() == null ? 0 : TRACE)
                | (message.liteTopic() == null ? 0 : LITE)
                | (message.deadLetterOrigin() == null ? 0 : ORIGIN)
                | (message.deliverAtEpochMillis() == null ? 0 : DELIVER_AT)
                | (message.recoverAfterMillis() == null ? 0 : RECOVER_AFTER)
                | (message.priority() == null ? 0 : PRIORITY);
    }

    /** What stands before the body, in a growing buffer; one owner, used once. */
    private static final class Writer {
        private ByteBuffer out = ByteBuffer.allocate(256);

        void header(Message message) {
            out.put(VERSION);
            out.put((byte) message.type().code());
            out.put((byte) message.encoding().code());
            out.putShort((short) present(message));
            out.putLong(message.bornEpochMillis());
        }

        void numbers(Message message) {
            room(20);
            Long deliverAt = message.deliverAtEpochMillis();
            if (deliverAt != null) out.putLong(deliverAt);
            Long recoverAfter = message.recoverAfterMillis();
            if (recoverAfter != null) out.putLong(recoverAfter);
            Integer priority = message.priority();
            if (priority != null) out.putInt(priority);
        }

        void count(int count) {
            if (count > COUNT_MAX) {
                throw new IllegalArgumentException(count + " keys or properties, at most " + COUNT_MAX);
            }
            room(2);
            out.putShort((short) count);
        }

        void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            room(4 + bytes.length);
            out.putInt(bytes.length).put(bytes);
        }

        void textIfPresent(@Nullable String text) {
            if (text != null) text(text);
        }

        ByteBuffer finish(ByteBuffer body) {
            out.flip();
            return ByteBuffer.allocate(out.remaining() + body.remaining())
                    .put(out)
                    .put(body.duplicate())
                    .flip();
        }

        private void room(int bytes) {
            if (out.remaining() >= bytes) return;
            ByteBuffer larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + bytes));
            out = larger.put(out.flip());
        }
    }
}
