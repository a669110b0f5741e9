package org.escrowmq.cluster.hub;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;

/** A catalogue in which there is nothing, and nothing can be made. */
final class EmptyCatalogue implements Catalogue {
    @Override
    public Optional<TopicDescription> topic(TopicName name) {
        return Optional.empty();
    }

    @Override
    public List<TopicDescription> topics() {
        return List.of();
    }

    @Override
    public Optional<GroupDescription> group(GroupName name) {
        return Optional.empty();
    }

    @Override
    public List<GroupDescription> groups() {
        return List.of();
    }

    @Override
    public List<GroupName> groupsOf(TopicName topic) {
        return List.of();
    }

    @Override
    public List<TopicName> topicsOf(GroupName group) {
        return List.of();
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> createTopic(TopicSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> updateTopic(TopicSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<TopicDescription>> deleteTopic(TopicName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> createGroup(GroupSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> updateGroup(GroupSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> deleteGroup(GroupName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> pauseGroup(GroupName name, boolean paused) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome<GroupDescription>> groupForUse(GroupName group, TopicName topic) {
        throw new UnsupportedOperationException();
    }
}
