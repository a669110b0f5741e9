package org.escrowmq.persistence.pekko;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializers;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.RetentionClass;

/**
 * Payloads as bytes. The last byte tells which: 0, what is before it is the head of a {@link JournalEntry} (or the state of a
 * {@link StoredState}), as the actor gave it; 1, a whole event (or snapshot) of another kind in Pekko's serialization:
 * {@code serializer:u32 manifestBytes:u16 manifest payload}.
 */
final class StoredPayload {
    private static final byte OWN = 0;
    private static final byte SERIALIZED = 1;

    private final Serialization serialization;

    StoredPayload(Serialization serialization) {
        this.serialization = serialization;
    }

    /** The entry to write for an event. */
    JournalEntry entry(PersistentRepr event) {
        if (event.payload() instanceof JournalEntry own) {
            return new JournalEntry(marked(own.head(), OWN), own.blobs(), own.operations(), own.retention());
        }
        return new JournalEntry(serialized(event), List.of(), List.of(), RetentionClass.STATE);
    }

    /** The event of a replayed entry. */
    PersistentRepr event(String persistenceId, long number, JournalEntry entry) {
        ByteBuffer content = content(entry.head());
        if (!isOwn(entry.head())) return (PersistentRepr) deserialized(content);
        JournalEntry own = new JournalEntry(content, List.of(), List.of(), entry.retention());
        return PersistentRepr.apply(own, number, persistenceId, "", false, ActorRef.noSender(), "");
    }

    /** The bytes of a snapshot. */
    ByteBuffer state(Object snapshot) {
        if (snapshot instanceof StoredState own) return marked(own.state(), OWN);
        return serialized(snapshot);
    }

    /** The snapshot of stored bytes. */
    Object snapshot(ByteBuffer state) {
        ByteBuffer content = content(state);
        return isOwn(state) ? new StoredState(content) : deserialized(content);
    }

    /** Whether stored bytes are what the actor gave, and not Pekko's serialization of it. */
    static boolean isOwn(ByteBuffer stored) {
        return stored.get(stored.limit() - 1) != SERIALIZED;
    }

    /** Stored bytes without the one that tells their kind. */
    static ByteBuffer content(ByteBuffer stored) {
        return stored.slice(stored.position(), stored.remaining() - 1);
    }

    private static ByteBuffer marked(ByteBuffer content, byte kind) {
        return ByteBuffer.allocate(content.remaining() + 1)
                .put(content.duplicate())
                .put(kind)
                .flip();
    }

    private ByteBuffer serialized(Object payload) {
        var serializer = serialization.findSerializerFor(payload);
        byte[] manifest = Serializers.manifestFor(serializer, payload).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = serialization.serialize(payload).get();
        return ByteBuffer.allocate(7 + manifest.length + bytes.length)
                .putInt(serializer.identifier())
                .putShort((short) manifest.length)
                .put(manifest)
                .put(bytes)
                .put(SERIALIZED)
                .flip();
    }

    private Object deserialized(ByteBuffer content) {
        int serializer = content.getInt();
        byte[] manifest = new byte[content.getShort() & 0xffff];
        content.get(manifest);
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return serialization
                .deserialize(bytes, serializer, new String(manifest, StandardCharsets.UTF_8))
                .get();
    }
}
