package org.escrowmq.api.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.CreateGroupRequest;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.GroupDetail;
import org.escrowmq.admin.v1.GroupFigures;
import org.escrowmq.admin.v1.ListGroupsRequest;
import org.escrowmq.admin.v1.ListGroupsResponse;
import org.escrowmq.admin.v1.UpdateGroupRequest;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.QueueInspection;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** The calls about consumer groups. Throws {@link Rejection} for what can be refused without asking a queue. */
final class GroupCalls {
    static final int ATTEMPTS_MAX = 1_000;
    static final int STEPS_MAX = 100;
    static final long STEP_MAX_MILLIS = Duration.ofHours(12).toMillis();
    /** Topics of a group whose queues DescribeGroup asks; the others are named in a warning. */
    static final int TOPICS_DESCRIBED_MAX = 100;

    private final Broker broker;

    GroupCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<Group> create(CreateGroupRequest request) {
        GroupSpec spec = new GroupSpec(
                Inputs.group(request.getName()),
                request.getFifo(),
                attempts(Inputs.orDefault(request.getMaxAttempts(), GroupSpec.DEFAULT_MAX_ATTEMPTS)),
                Wire.start(request.getStart()),
                retry(request.getRetry(), RetryPolicy.standard()));
        return answer(broker.catalogue().createGroup(spec));
    }

    ListGroupsResponse list(ListGroupsRequest request) {
        Page<GroupDescription> page = Page.of(
                broker.catalogue().groups(),
                group -> group.spec().name().toString(),
                request.getNameContains(),
                request.getPageSize(),
                request.getPageToken());
        return ListGroupsResponse.newBuilder()
                .addAllGroups(page.items().stream().map(Wire::group).toList())
                .setNextPageToken(page.nextToken())
                .build();
    }

    CompletionStage<GroupDetail> describe(String name) {
        GroupDescription group = existing(name);
        List<TopicName> topics = broker.catalogue().topicsOf(group.spec().name());
        List<TopicName> described = topics.subList(0, Math.min(topics.size(), TOPICS_DESCRIBED_MAX));
        List<CompletableFuture<List<GroupFigures>>> answers = described.stream()
                .map(topic -> figures(topic, group.spec().name()))
                .toList();
        return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> detail(
                        group,
                        topics,
                        answers.stream().map(CompletableFuture::join).toList()));
    }

    CompletionStage<Group> update(UpdateGroupRequest request) {
        GroupSpec before = existing(request.getName()).spec();
        GroupSpec spec = new GroupSpec(
                before.name(),
                request.hasFifo() ? request.getFifo() : before.fifo(),
                request.hasMaxAttempts() ? attempts(request.getMaxAttempts()) : before.maxAttempts(),
                request.hasStart() ? Wire.start(request.getStart()) : before.start(),
                retry(request.getRetry(), before.retry()));
        return answer(broker.catalogue().updateGroup(spec));
    }

    CompletionStage<Group> delete(String name) {
        return answer(broker.catalogue().deleteGroup(Inputs.group(name)));
    }

    CompletionStage<Group> pause(String name, boolean paused) {
        return answer(broker.catalogue().pauseGroup(Inputs.group(name), paused));
    }

    /** The group's figures on one topic; none when the topic was deleted meanwhile. */
    private CompletableFuture<List<GroupFigures>> figures(TopicName topic, GroupName group) {
        return broker.inspection()
                .describe(topic)
                .thenApply(outcome -> outcome
                        .<List<QueueInspection.QueueFigures>>fold(queues -> queues, refusal -> {
                            if (refusal.code() == RefusalCode.TOPIC_NOT_FOUND) return List.of();
                            throw new Rejection(refusal);
                        })
                        .stream()
                        .flatMap(queue -> queue.groups().stream())
                        .filter(figures -> figures.group().equals(group))
                        .map(figures -> Wire.figures(topic, figures))
                        .toList())
                .toCompletableFuture();
    }

    private GroupDetail detail(GroupDescription group, List<TopicName> topics, List<List<GroupFigures>> figures) {
        GroupName name = group.spec().name();
        List<GroupFigures> queues = figures.stream().flatMap(List::stream).toList();
        List<ClientRegistry.Client> clients = broker.clients().clients().stream()
                .filter(client -> name.equals(client.group()))
                .toList();
        List<TopicDescription> known = topics.stream()
                .map(broker.catalogue()::topic)
                .flatMap(Optional::stream)
                .toList();
        long lag = queues.stream().mapToLong(GroupFigures::getLag).sum();
        List<String> warnings = new ArrayList<>(new Warnings(broker).of(group, known, lag));
        if (topics.size() > TOPICS_DESCRIBED_MAX) {
            warnings.add("the group reads " + topics.size() + " topics; the queues of the first " + TOPICS_DESCRIBED_MAX
                    + " are shown");
        }
        return GroupDetail.newBuilder()
                .setGroup(Wire.group(group))
                .addAllQueues(queues)
                .addAllClients(clients.stream().map(Wire::client).toList())
                .addAllWarnings(warnings)
                .setQuota(QuotaCalls.inForce(broker.quotas(), QuotaTarget.Kind.GROUP, name.toString()))
                .build();
    }

    private GroupDescription existing(String text) {
        GroupName name = Inputs.group(text);
        return broker.catalogue()
                .group(name)
                .orElseThrow(() -> new Rejection(RefusalCode.GROUP_NOT_FOUND, "there is no group " + name));
    }

    private static CompletionStage<Group> answer(CompletionStage<Outcome<GroupDescription>> outcome) {
        return outcome.thenApply(group -> Wire.group(Inputs.valueOf(group)));
    }

    private static int attempts(int attempts) {
        return Inputs.within("max_attempts", attempts, 1, ATTEMPTS_MAX);
    }

    private static RetryPolicy retry(org.escrowmq.admin.v1.RetryPolicy asked, RetryPolicy otherwise) {
        return switch (asked.getPolicyCase()) {
            case POLICY_NOT_SET -> otherwise;
            case CUSTOMIZED -> {
                List<Long> steps = asked.getCustomized().getStepMillisList();
                Inputs.within("retry.customized.step_millis: the number of steps", steps.size(), 1, STEPS_MAX);
                yield new RetryPolicy.Customized(steps.stream()
                        .map(millis -> millis("retry.customized.step_millis", millis))
                        .toList());
            }
            case EXPONENTIAL -> exponential(asked.getExponential());
        };
    }

    private static RetryPolicy exponential(org.escrowmq.admin.v1.RetryPolicy.Exponential asked) {
        Duration initial = millis("retry.exponential.initial_millis", asked.getInitialMillis());
        Duration max = millis("retry.exponential.max_millis", asked.getMaxMillis());
        double multiplier = asked.getMultiplier();
        if (max.compareTo(initial) < 0) {
            throw Rejection.invalid("retry.exponential.max_millis must be initial_millis (" + initial.toMillis()
                    + ") or more, got " + max.toMillis());
        }
        if (!(multiplier >= 1 && multiplier <= 100)) {
            throw Rejection.invalid("retry.exponential.multiplier must be 1 to 100, got " + multiplier);
        }
        return new RetryPolicy.Exponential(initial, max, multiplier);
    }

    private static Duration millis(String field, long millis) {
        return Duration.ofMillis(Inputs.within(field, millis, 1, STEP_MAX_MILLIS));
    }
}
