package org.escrowmq.cluster.catalogue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;

/**
 * Catalogue events as bytes: the head of its journal entries, and its snapshots (docs/formats/catalogue.md).
 *
 * <pre>
 * list  = version:u8 (3)  count:i32  event*
 * event = kind:u8  fields            text = modified UTF-8 with a 16-bit length; durations in milliseconds, i64
 * </pre>
 */
public final class CatalogueCodec {
    private static final int VERSION = 3;
    /** Its topics do not say whether they drop duplicates: they do. */
    private static final int VERSION_WITHOUT_DUPLICATES = 1;

    private static final int TOPIC_SET = 1;
    private static final int TOPIC_DELETED = 2;
    private static final int TOPIC_ERASED = 3;
    private static final int GROUP_SET = 4;
    private static final int GROUP_DELETED = 5;
    private static final int GROUP_BOUND = 6;
    private static final int SECRET_MADE = 7;
    private static final int TOPIC_IDS_USED = 8;
    private static final int GROUP_FORGOTTEN = 9;
    /** From version 3 on. */
    private static final int QUOTA_SET = 10;

    private static final int QUOTA_UNSET = 11;

    private CatalogueCodec() {}

    /** The stored form of a list of events. */
    public static ByteBuffer encode(List<CatalogueEvent> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * events.size() + 16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(events.size());
            for (CatalogueEvent event : events) write(event, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** The events in a stored list. */
    public static List<CatalogueEvent> decode(ByteBuffer stored) {
        byte[] bytes = new byte[stored.remaining()];
        stored.duplicate().get(bytes);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version < VERSION_WITHOUT_DUPLICATES || version > VERSION)
                throw new IllegalArgumentException("unknown catalogue format " + version);
            int count = in.readInt();
            List<CatalogueEvent> events = new ArrayList<>();
            for (int i = 0; i < count; i++) events.add(read(in, version));
            return events;
        } catch (IOException truncated) {
            throw new IllegalArgumentException("a stored list of catalogue events is cut short", truncated);
        }
    }

    private static void write(CatalogueEvent event, DataOutputStream out) throws IOException {
        if (event instanceof CatalogueEvent.TopicSet set) {
            out.writeByte(TOPIC_SET);
            topic(set.topic(), out);
        } else if (event instanceof CatalogueEvent.TopicDeleted deleted) {
            out.writeByte(TOPIC_DELETED);
            out.writeLong(deleted.id().value());
        } else if (event instanceof CatalogueEvent.TopicErased erased) {
            out.writeByte(TOPIC_ERASED);
            out.writeLong(erased.id().value());
        } else if (event instanceof CatalogueEvent.GroupSet set) {
            out.writeByte(GROUP_SET);
            group(set.group(), out);
        } else if (event instanceof CatalogueEvent.GroupDeleted deleted) {
            out.writeByte(GROUP_DELETED);
            name(deleted.group(), out);
        } else if (event instanceof CatalogueEvent.GroupBound bound) {
            out.writeByte(GROUP_BOUND);
            name(bound.group(), out);
            out.writeLong(bound.topic().value());
            out.writeInt(bound.queues());
            out.writeBoolean(bound.atFirst());
        } else if (event instanceof CatalogueEvent.GroupForgotten forgotten) {
            out.writeByte(GROUP_FORGOTTEN);
            name(forgotten.group(), out);
        } else if (event instanceof CatalogueEvent.TopicIdsUsed used) {
            out.writeByte(TOPIC_IDS_USED);
            out.writeLong(used.upTo().value());
        } else if (event instanceof CatalogueEvent.QuotaSet set) {
            out.writeByte(QUOTA_SET);
            target(set.quota().target(), out);
            out.writeLong(set.quota().limits().messagesPerSecond());
            out.writeLong(set.quota().limits().bytesPerSecond());
            out.writeInt(set.quota().limits().inFlight());
        } else if (event instanceof CatalogueEvent.QuotaUnset unset) {
            out.writeByte(QUOTA_UNSET);
            target(unset.target(), out);
        } else if (event instanceof CatalogueEvent.SecretMade made) {
            out.writeByte(SECRET_MADE);
            byte[] secret = new byte[made.secret().remaining()];
            made.secret().duplicate().get(secret);
            out.writeInt(secret.length);
            out.write(secret);
        }
    }

    private static CatalogueEvent read(DataInputStream in, int version) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case TOPIC_SET -> new CatalogueEvent.TopicSet(topic(in, version));
            case TOPIC_DELETED -> new CatalogueEvent.TopicDeleted(new TopicId(in.readLong()));
            case TOPIC_ERASED -> new CatalogueEvent.TopicErased(new TopicId(in.readLong()));
            case GROUP_SET -> new CatalogueEvent.GroupSet(group(in));
            case GROUP_DELETED -> new CatalogueEvent.GroupDeleted(name(in));
            case GROUP_BOUND ->
                new CatalogueEvent.GroupBound(name(in), new TopicId(in.readLong()), in.readInt(), in.readBoolean());
            case GROUP_FORGOTTEN -> new CatalogueEvent.GroupForgotten(name(in));
            case TOPIC_IDS_USED -> new CatalogueEvent.TopicIdsUsed(new TopicId(in.readLong()));
            case SECRET_MADE -> new CatalogueEvent.SecretMade(ByteBuffer.wrap(in.readNBytes(in.readInt())));
            case QUOTA_SET ->
                new CatalogueEvent.QuotaSet(
                        new Quota(target(in), new QuotaLimits(in.readLong(), in.readLong(), in.readInt())));
            case QUOTA_UNSET -> new CatalogueEvent.QuotaUnset(target(in));
            default -> throw new IllegalArgumentException("unknown kind of catalogue event: " + kind);
        };
    }

    private static void topic(TopicDescription topic, DataOutputStream out) throws IOException {
        out.writeLong(topic.id().value());
        out.writeUTF(topic.name().namespace());
        out.writeUTF(topic.name().name());
        out.writeByte(topic.type().code());
        out.writeInt(topic.queues());
        out.writeByte(topic.permission().code());
        out.writeLong(topic.retention().toMillis());
        out.writeBoolean(topic.dropsDuplicates());
        out.writeLong(topic.createdEpochMillis());
    }

    private static TopicDescription topic(DataInputStream in, int version) throws IOException {
        return new TopicDescription(
                new TopicId(in.readLong()),
                new TopicName(in.readUTF(), in.readUTF()),
                TopicType.ofCode(in.readUnsignedByte()),
                in.readInt(),
                Permission.ofCode(in.readUnsignedByte()),
                Duration.ofMillis(in.readLong()),
                version == VERSION_WITHOUT_DUPLICATES || in.readBoolean(),
                in.readLong());
    }

    private static void target(QuotaTarget target, DataOutputStream out) throws IOException {
        out.writeByte(target.kind().code());
        out.writeUTF(target.name());
    }

    private static QuotaTarget target(DataInputStream in) throws IOException {
        return new QuotaTarget(QuotaTarget.Kind.ofCode(in.readUnsignedByte()), in.readUTF());
    }

    private static void name(GroupName group, DataOutputStream out) throws IOException {
        out.writeUTF(group.namespace());
        out.writeUTF(group.name());
    }

    private static GroupName name(DataInputStream in) throws IOException {
        return new GroupName(in.readUTF(), in.readUTF());
    }

    private static void group(GroupDescription group, DataOutputStream out) throws IOException {
        name(group.spec().name(), out);
        out.writeBoolean(group.spec().fifo());
        out.writeInt(group.spec().maxAttempts());
        out.writeBoolean(group.spec().start() == GroupSpec.StartPosition.FIRST);
        retry(group.spec().retry(), out);
        out.writeBoolean(group.paused());
        out.writeBoolean(group.autoCreated());
        out.writeLong(group.createdEpochMillis());
    }

    private static GroupDescription group(DataInputStream in) throws IOException {
        GroupSpec spec = new GroupSpec(
                name(in),
                in.readBoolean(),
                in.readInt(),
                in.readBoolean() ? GroupSpec.StartPosition.FIRST : GroupSpec.StartPosition.LATEST,
                retry(in));
        return new GroupDescription(spec, in.readBoolean(), in.readBoolean(), in.readLong());
    }

    private static void retry(RetryPolicy policy, DataOutputStream out) throws IOException {
        if (policy instanceof RetryPolicy.Customized customized) {
            out.writeInt(customized.steps().size());
            for (Duration step : customized.steps()) out.writeLong(step.toMillis());
        } else if (policy instanceof RetryPolicy.Exponential exponential) {
            out.writeInt(0);
            out.writeLong(exponential.initial().toMillis());
            out.writeLong(exponential.max().toMillis());
            out.writeDouble(exponential.multiplier());
        }
    }

    private static RetryPolicy retry(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count == 0) {
            return new RetryPolicy.Exponential(
                    Duration.ofMillis(in.readLong()), Duration.ofMillis(in.readLong()), in.readDouble());
        }
        List<Duration> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) steps.add(Duration.ofMillis(in.readLong()));
        return new RetryPolicy.Customized(List.copyOf(steps));
    }
}
