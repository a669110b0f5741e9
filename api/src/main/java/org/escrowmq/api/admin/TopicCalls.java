package org.escrowmq.api.admin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.ListTopicsResponse;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicDetail;
import org.escrowmq.admin.v1.UpdateTopicRequest;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The calls about topics. Throws {@link Rejection} for what can be refused without asking a queue. */
final class TopicCalls {
    static final int QUEUES_DEFAULT = 8;
    static final int QUEUES_MAX = 1_024;
    static final long RETENTION_DEFAULT_SECONDS = Duration.ofDays(3).toSeconds();
    static final long RETENTION_MIN_SECONDS = 60;
    static final long RETENTION_MAX_SECONDS = Duration.ofDays(3_650).toSeconds();

    private final Broker broker;

    TopicCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<Topic> create(CreateTopicRequest request) {
        long retention = request.getRetentionSeconds() == 0 ? RETENTION_DEFAULT_SECONDS : request.getRetentionSeconds();
        TopicSpec spec = new TopicSpec(
                Inputs.newTopic(request.getName()),
                Wire.type(request.getType()),
                queues(Inputs.orDefault(request.getQueues(), QUEUES_DEFAULT)),
                Wire.permission(request.getPermission()),
                retention(retention),
                !request.hasDropDuplicates() || request.getDropDuplicates());
        return broker.catalogue().createTopic(spec).thenApply(outcome -> Wire.topic(Inputs.valueOf(outcome)));
    }

    ListTopicsResponse list(ListTopicsRequest request) {
        Page<TopicDescription> page = Page.of(
                broker.catalogue().topics(),
                topic -> topic.name().toString(),
                request.getNameContains(),
                request.getPageSize(),
                request.getPageToken());
        return ListTopicsResponse.newBuilder()
                .addAllTopics(page.items().stream().map(Wire::topic).toList())
                .setNextPageToken(page.nextToken())
                .build();
    }

    CompletionStage<TopicDetail> describe(String name) {
        TopicDescription topic = existing(name);
        return broker.inspection().describe(topic.name()).thenApply(outcome -> detail(topic, Inputs.valueOf(outcome)));
    }

    CompletionStage<Topic> update(UpdateTopicRequest request) {
        TopicDescription topic = existing(request.getName());
        TopicSpec spec = new TopicSpec(
                topic.name(),
                topic.type(),
                request.hasQueues() ? queues(request.getQueues()) : topic.queues(),
                request.hasPermission() ? Wire.permission(request.getPermission()) : topic.permission(),
                request.hasRetentionSeconds() ? retention(request.getRetentionSeconds()) : topic.retention(),
                request.hasDropDuplicates() ? request.getDropDuplicates() : topic.dropsDuplicates());
        if (spec.queues() < topic.queues()) {
            throw Rejection.invalid("queues of a topic can only grow: " + topic.name() + " has " + topic.queues()
                    + ", got " + spec.queues());
        }
        return broker.catalogue().updateTopic(spec).thenApply(outcome -> Wire.topic(Inputs.valueOf(outcome)));
    }

    CompletionStage<Topic> delete(String name) {
        return broker.catalogue()
                .deleteTopic(Inputs.topic(name))
                .thenApply(outcome -> Wire.topic(Inputs.valueOf(outcome)));
    }

    private TopicDetail detail(TopicDescription topic, List<QueueInspection.QueueFigures> queues) {
        List<ClientRegistry.Client> clients = broker.clients().clients().stream()
                .filter(client -> client.topics().contains(topic.name()))
                .toList();
        TopicDetail.Builder detail = TopicDetail.newBuilder()
                .setTopic(Wire.topic(topic))
                .addAllClients(clients.stream().map(Wire::client).toList())
                .addAllWarnings(new Warnings(broker).of(topic, queues))
                .setQuota(QuotaCalls.inForce(
                        broker.quotas(), QuotaTarget.Kind.TOPIC, topic.name().toString()));
        for (QueueInspection.QueueFigures queue : queues) {
            detail.addQueues(Wire.queue(queue));
            queue.groups().forEach(group -> detail.addGroups(Wire.figures(topic.name(), group)));
        }
        return detail.build();
    }

    private TopicDescription existing(String text) {
        TopicName name = Inputs.topic(text);
        return broker.catalogue()
                .topic(name)
                .orElseThrow(() -> new Rejection(RefusalCode.TOPIC_NOT_FOUND, "there is no topic " + name));
    }

    private static int queues(int queues) {
        return Inputs.within("queues", queues, 1, QUEUES_MAX);
    }

    private static Duration retention(long seconds) {
        return Duration.ofSeconds(
                Inputs.within("retention_seconds", seconds, RETENTION_MIN_SECONDS, RETENTION_MAX_SECONDS));
    }
}
