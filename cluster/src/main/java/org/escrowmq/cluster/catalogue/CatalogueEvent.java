package org.escrowmq.cluster.catalogue;

import java.nio.ByteBuffer;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicId;

/** What happened to the catalogue. Stored by {@link CatalogueCodec}. */
public sealed interface CatalogueEvent {
    /** A topic was created or changed. */
    record TopicSet(TopicDescription topic) implements CatalogueEvent {}

    /** A topic is gone; its queues are still to be erased. */
    record TopicDeleted(TopicId id) implements CatalogueEvent {}

    /** Nothing is left of a deleted topic's queues. */
    record TopicErased(TopicId id) implements CatalogueEvent {}

    /** A group was created or changed. */
    record GroupSet(GroupDescription group) implements CatalogueEvent {}

    /** A group is gone, and its bindings; its progress on the queues is still to be forgotten. */
    record GroupDeleted(GroupName group) implements CatalogueEvent {}

    /** Nothing is left of a deleted group on any queue. */
    record GroupForgotten(GroupName group) implements CatalogueEvent {}

    /** A group read a topic for the first time, when the topic had so many queues; {@code atFirst} is its start option then. */
    record GroupBound(GroupName group, TopicId topic, int queues, boolean atFirst) implements CatalogueEvent {}

    /** In snapshots: topic ids up to this one were given out and never are again. */
    record TopicIdsUsed(TopicId upTo) implements CatalogueEvent {}

    /** The secret under which the cluster signs handles. */
    record SecretMade(ByteBuffer secret) implements CatalogueEvent {}

    /** A quota was set or changed. */
    record QuotaSet(Quota quota) implements CatalogueEvent {}

    /** A quota was taken away. That of a topic or group that is deleted goes with it, without this event. */
    record QuotaUnset(QuotaTarget target) implements CatalogueEvent {}
}
