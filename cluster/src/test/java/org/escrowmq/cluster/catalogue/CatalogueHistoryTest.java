package org.escrowmq.cluster.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of the catalogue: stored, read back, replayed and snapshotted at every step. */
class CatalogueHistoryTest {
    private final CatalogueRules rules = new CatalogueRules(64, true, Duration.ofDays(30));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void snapshotReplayAndStateAreTheSame(long seed) {
        Random random = new Random(seed);
        CatalogueState state = new CatalogueState();
        CatalogueState replayed = new CatalogueState();
        Set<Long> created = new HashSet<>();
        for (int step = 0; step < 400; step++) {
            Outcome<CatalogueRules.Decided> outcome = rules.decide(state, request(random, state), step);
            if (!(outcome instanceof Outcome.Done<CatalogueRules.Decided> done)) continue;
            ByteBuffer head = CatalogueCodec.encode(done.value().events());
            for (CatalogueEvent event : done.value().events()) {
                if (event instanceof CatalogueEvent.TopicSet set
                        && state.topic(set.topic().id()).isEmpty()) {
                    assertTrue(created.add(set.topic().id().value()), "an id was used again, seed " + seed);
                }
                state.apply(event);
            }
            List<CatalogueEvent> stored = CatalogueCodec.decode(head);
            assertEquals(done.value().events(), stored);
            stored.forEach(replayed::apply);
            CatalogueState restored = new CatalogueState();
            CatalogueCodec.decode(CatalogueCodec.encode(state.asEvents())).forEach(restored::apply);
            assertEquals(picture(state), picture(restored), "snapshot, seed " + seed + " step " + step);
            assertEquals(picture(state), picture(state.copy()), "copy, seed " + seed + " step " + step);
        }
        assertEquals(picture(state), picture(replayed), "seed " + seed);
    }

    /** Everything that can be seen of a catalogue. */
    private static List<Object> picture(CatalogueState state) {
        List<Object> seen = new ArrayList<>();
        seen.add(state.topics());
        seen.add(state.groups());
        seen.add(state.erasing());
        seen.add(state.forgetting());
        seen.add(state.nextTopicId());
        assertEquals(state.topics().size(), state.topicCount());
        assertEquals(state.groups().size(), state.groupCount());
        seen.add(state.secret());
        seen.add(state.quotas());
        for (TopicDescription topic : state.topics()) {
            List<GroupName> groups = state.groupsOf(topic.id());
            assertEquals(groups, state.readTopics().getOrDefault(topic.name(), List.of()));
            seen.add(groups);
            assertEquals(Optional.of(topic), state.topic(topic.id()));
            assertEquals(Optional.of(topic), state.topic(topic.name()));
            for (int group = 0; group < 4; group++) seen.add(state.binding(group(group), topic.id()));
        }
        for (GroupDescription group : state.groups())
            seen.add(state.topicsOf(group.spec().name()));
        return seen;
    }

    private static GroupName group(int number) {
        return new GroupName(number == 0 ? "ns" : "", "g" + number);
    }

    private static TopicName topic(int number) {
        return new TopicName(number == 0 ? "ns" : "", "t" + number);
    }

    private static CatalogueRequest request(Random random, CatalogueState state) {
        TopicName topic = topic(random.nextInt(4));
        GroupName group = group(random.nextInt(4));
        return switch (random.nextInt(15)) {
            case 0, 1 -> new CatalogueRequest.CreateTopic(topicSpec(random, topic));
            case 2 -> new CatalogueRequest.UpdateTopic(topicSpec(random, topic));
            case 3 -> new CatalogueRequest.DeleteTopic(topic);
            case 4 -> new CatalogueRequest.CreateGroup(groupSpec(random, group));
            case 5 -> new CatalogueRequest.UpdateGroup(groupSpec(random, group));
            case 6 -> new CatalogueRequest.DeleteGroup(group);
            case 7 -> new CatalogueRequest.PauseGroup(group, random.nextBoolean());
            case 8 ->
                new CatalogueRequest.TopicErased(
                        state.erasing().isEmpty()
                                ? new TopicId(999)
                                : state.erasing().get(0).id());
            case 9 ->
                new CatalogueRequest.GroupForgotten(
                        state.forgetting().keySet().stream().findFirst().orElse(group));
            case 10, 11 ->
                new CatalogueRequest.SetQuota(new Quota(
                        target(random, topic, group),
                        new QuotaLimits(random.nextInt(3), random.nextInt(3), random.nextInt(3))));
            case 12 -> new CatalogueRequest.UnsetQuota(target(random, topic, group));
            default -> new CatalogueRequest.BindGroup(group, topic);
        };
    }

    private static QuotaTarget target(Random random, TopicName topic, GroupName group) {
        return switch (random.nextInt(3)) {
            case 0 -> new QuotaTarget(QuotaTarget.Kind.TOPIC, topic.toString());
            case 1 -> new QuotaTarget(QuotaTarget.Kind.GROUP, group.toString());
            default -> new QuotaTarget(QuotaTarget.Kind.CLIENT, random.nextBoolean() ? "web-*" : "batch");
        };
    }

    private static TopicSpec topicSpec(Random random, TopicName name) {
        TopicType type = TopicType.values()[random.nextInt(TopicType.values().length)];
        Permission permission = Permission.values()[random.nextInt(Permission.values().length)];
        return new TopicSpec(
                name,
                type,
                random.nextInt(66),
                permission,
                Duration.ofMillis(random.nextInt(100_000)),
                random.nextBoolean());
    }

    private static GroupSpec groupSpec(Random random, GroupName name) {
        RetryPolicy retry = random.nextBoolean()
                ? RetryPolicy.standard()
                : new RetryPolicy.Exponential(Duration.ofSeconds(1), Duration.ofHours(1), random.nextDouble());
        GroupSpec.StartPosition start =
                random.nextBoolean() ? GroupSpec.StartPosition.FIRST : GroupSpec.StartPosition.LATEST;
        return new GroupSpec(name, random.nextBoolean(), random.nextInt(20), start, retry);
    }
}
