package org.escrowmq.api.admin;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.GroupFigures;
import org.escrowmq.admin.v1.Permission;
import org.escrowmq.admin.v1.QueueFigures;
import org.escrowmq.admin.v1.StartPosition;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.TopicName;

/** The node's own words as messages of admin.proto, and back. Nothing is decided here but whether a value is known. */
final class Wire {
    private Wire() {}

    static Topic topic(TopicDescription topic) {
        return Topic.newBuilder()
                .setName(topic.name().toString())
                .setType(type(topic.type()))
                .setQueues(topic.queues())
                .setPermission(permission(topic.permission()))
                .setRetentionSeconds(topic.retention().toSeconds())
                .setDropDuplicates(topic.dropsDuplicates())
                .setCreatedEpochMillis(topic.createdEpochMillis())
                .setId(topic.id().value())
                .build();
    }

    static Group group(GroupDescription group) {
        GroupSpec spec = group.spec();
        return Group.newBuilder()
                .setName(spec.name().toString())
                .setFifo(spec.fifo())
                .setMaxAttempts(spec.maxAttempts())
                .setStart(start(spec.start()))
                .setRetry(retry(spec.retry()))
                .setPaused(group.paused())
                .setAutoCreated(group.autoCreated())
                .setCreatedEpochMillis(group.createdEpochMillis())
                .build();
    }

    static QueueFigures queue(QueueInspection.QueueFigures queue) {
        return QueueFigures.newBuilder()
                .setQueue(queue.queue())
                .setFirstOffset(queue.first().value())
                .setNextOffset(queue.next().value())
                .setStoredBytes(queue.storedBytes())
                .setSentPerSecond(queue.sentPerSecond())
                .build();
    }

    static GroupFigures figures(TopicName topic, QueueInspection.GroupFigures figures) {
        return GroupFigures.newBuilder()
                .setTopic(topic.toString())
                .setQueue(figures.queue())
                .setGroup(figures.group().toString())
                .setProgress(figures.progress().value())
                .setLag(figures.lag())
                .setInFlight(figures.inFlight())
                .setWaiting(figures.waiting())
                .build();
    }

    static Client client(ClientRegistry.Client client) {
        GroupName group = client.group();
        return Client.newBuilder()
                .setId(client.id())
                .setKind(client.kind().name())
                .setLanguage(client.language())
                .setVersion(client.version())
                .setPeer(client.peer())
                .setGroup(group == null ? "" : group.toString())
                .addAllTopics(client.topics().stream().map(TopicName::toString).toList())
                .setConnectedEpochMillis(client.connectedEpochMillis())
                .setLastHeardEpochMillis(client.lastHeardEpochMillis())
                .build();
    }

    static StoredMessage message(TopicName topic, QueueInspection.StoredMessage stored) {
        Message message = stored.message();
        String tag = message.tag();
        Message.DeadLetterOrigin origin = message.deadLetterOrigin();
        return StoredMessage.newBuilder()
                .setTopic(topic.toString())
                .setQueue(stored.queue())
                .setOffset(stored.offset().value())
                .setMessageId(message.id())
                .setType(message.type().name())
                .setTag(tag == null ? "" : tag)
                .addAllKeys(message.keys())
                .putAllProperties(message.properties())
                .setBody(ByteString.copyFrom(message.body().duplicate()))
                .setBodyEncoding(message.encoding().name())
                .setBornEpochMillis(message.bornEpochMillis())
                .setBornHost(message.bornHost())
                .setStoredEpochMillis(stored.storedEpochMillis())
                .setOriginTopic(origin == null ? "" : origin.topic().toString())
                .setOriginMessageId(origin == null ? "" : origin.messageId())
                .build();
    }

    /** The type asked for; NORMAL where nothing was asked. */
    static org.escrowmq.model.TopicType type(TopicType type) {
        return switch (type) {
            case TOPIC_TYPE_UNSPECIFIED, NORMAL -> org.escrowmq.model.TopicType.NORMAL;
            case FIFO -> org.escrowmq.model.TopicType.FIFO;
            case DELAY -> org.escrowmq.model.TopicType.DELAY;
            case TRANSACTION -> org.escrowmq.model.TopicType.TRANSACTION;
            case MIXED -> org.escrowmq.model.TopicType.MIXED;
            case PRIORITY -> org.escrowmq.model.TopicType.PRIORITY;
            case UNRECOGNIZED -> throw Rejection.invalid("type is not one that this server knows");
        };
    }

    /** The permission asked for; READ_WRITE where nothing was asked. */
    static org.escrowmq.model.Permission permission(Permission permission) {
        return switch (permission) {
            case PERMISSION_UNSPECIFIED, READ_WRITE -> org.escrowmq.model.Permission.READ_WRITE;
            case NONE -> org.escrowmq.model.Permission.NONE;
            case READ -> org.escrowmq.model.Permission.READ;
            case WRITE -> org.escrowmq.model.Permission.WRITE;
            case UNRECOGNIZED -> throw Rejection.invalid("permission is not one that this server knows");
        };
    }

    /** The start asked for; LATEST where nothing was asked. */
    static GroupSpec.StartPosition start(StartPosition start) {
        return switch (start) {
            case START_POSITION_UNSPECIFIED, LATEST -> GroupSpec.StartPosition.LATEST;
            case FIRST -> GroupSpec.StartPosition.FIRST;
            case UNRECOGNIZED -> throw Rejection.invalid("start is not one that this server knows");
        };
    }

    private static TopicType type(org.escrowmq.model.TopicType type) {
        return switch (type) {
            case NORMAL -> TopicType.NORMAL;
            case FIFO -> TopicType.FIFO;
            case DELAY -> TopicType.DELAY;
            case TRANSACTION -> TopicType.TRANSACTION;
            case MIXED -> TopicType.MIXED;
            case PRIORITY -> TopicType.PRIORITY;
        };
    }

    private static Permission permission(org.escrowmq.model.Permission permission) {
        return switch (permission) {
            case NONE -> Permission.NONE;
            case READ -> Permission.READ;
            case WRITE -> Permission.WRITE;
            case READ_WRITE -> Permission.READ_WRITE;
        };
    }

    private static StartPosition start(GroupSpec.StartPosition start) {
        return switch (start) {
            case FIRST -> StartPosition.FIRST;
            case LATEST -> StartPosition.LATEST;
        };
    }

    private static org.escrowmq.admin.v1.RetryPolicy retry(RetryPolicy policy) {
        org.escrowmq.admin.v1.RetryPolicy.Builder builder = org.escrowmq.admin.v1.RetryPolicy.newBuilder();
        if (policy instanceof RetryPolicy.Exponential exponential) {
            builder.getExponentialBuilder()
                    .setInitialMillis(exponential.initial().toMillis())
                    .setMaxMillis(exponential.max().toMillis())
                    .setMultiplier(exponential.multiplier());
        } else {
            List<Duration> steps = ((RetryPolicy.Customized) policy).steps();
            builder.getCustomizedBuilder()
                    .addAllStepMillis(steps.stream().map(Duration::toMillis).toList());
        }
        return builder.build();
    }
}
