package org.escrowmq.cluster.catalogue;

import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;

/** A wish to change the catalogue; {@link CatalogueRules} decides it. */
sealed interface CatalogueRequest {
    /** Create a topic. */
    record CreateTopic(TopicSpec spec) implements CatalogueRequest {}

    /** Change a topic. */
    record UpdateTopic(TopicSpec spec) implements CatalogueRequest {}

    /** Delete a topic. */
    record DeleteTopic(TopicName name) implements CatalogueRequest {}

    /** Nothing is left of a deleted topic. */
    record TopicErased(TopicId id) implements CatalogueRequest {}

    /** Create a group. */
    record CreateGroup(GroupSpec spec) implements CatalogueRequest {}

    /** Change a group. */
    record UpdateGroup(GroupSpec spec) implements CatalogueRequest {}

    /** Delete a group. */
    record DeleteGroup(GroupName name) implements CatalogueRequest {}

    /** Nothing is left of a deleted group. */
    record GroupForgotten(GroupName group) implements CatalogueRequest {}

    /** Pause or resume a group. */
    record PauseGroup(GroupName name, boolean paused) implements CatalogueRequest {}

    /** A group gives a message up: its dead-letter topic is needed. */
    record DeadLetterTopic(GroupName group) implements CatalogueRequest {}

    /** A group begins to read a topic. */
    record BindGroup(GroupName group, TopicName topic) implements CatalogueRequest {}

    /** Set or change a quota. */
    record SetQuota(Quota quota) implements CatalogueRequest {}

    /** Take a quota away. */
    record UnsetQuota(QuotaTarget target) implements CatalogueRequest {}
}
