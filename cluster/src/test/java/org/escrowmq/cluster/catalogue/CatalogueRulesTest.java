package org.escrowmq.cluster.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.junit.jupiter.api.Test;

class CatalogueRulesTest {
    private static final TopicName ORDERS = TopicName.of("orders");
    private static final GroupName BILLING = GroupName.of("billing");

    private final CatalogueState state = new CatalogueState();
    private CatalogueRules rules = new CatalogueRules(8, true, Duration.ofDays(30));

    /** The answer, or the code of the refusal; events are applied. */
    private Object ask(CatalogueRequest request) {
        Outcome<CatalogueRules.Decided> outcome = rules.decide(state, request, 77);
        return outcome.fold(
                decided -> {
                    decided.events().forEach(state::apply);
                    return decided.answer();
                },
                refusal -> refusal.code().name());
    }

    private static TopicSpec spec(String name, TopicType type, int queues, Duration retention) {
        return new TopicSpec(TopicName.of(name), type, queues, Permission.READ_WRITE, retention);
    }

    private Object create(String name, TopicType type, int queues) {
        return ask(new CatalogueRequest.CreateTopic(spec(name, type, queues, Duration.ofHours(1))));
    }

    private Object update(String name, TopicType type, int queues) {
        return ask(new CatalogueRequest.UpdateTopic(spec(name, type, queues, Duration.ofHours(2))));
    }

    private static GroupSpec group(String name, int attempts, RetryPolicy retry) {
        return new GroupSpec(GroupName.of(name), false, attempts, GroupSpec.StartPosition.FIRST, retry);
    }

    @Test
    void topicsAreRefusedForTheirFirstFault() {
        assertEquals("ILLEGAL_TOPIC", create("no good", TopicType.NORMAL, 0));
        assertEquals("ILLEGAL_TOPIC", create("TBW102", TopicType.NORMAL, 1));
        assertEquals("INVALID_ARGUMENT", create("orders", TopicType.NORMAL, 0));
        assertEquals("INVALID_ARGUMENT", create("orders", TopicType.NORMAL, 9));
        assertEquals(
                "INVALID_ARGUMENT",
                ask(new CatalogueRequest.CreateTopic(spec("orders", TopicType.NORMAL, 1, Duration.ofMillis(999)))));
        TopicDescription made = (TopicDescription) create("orders", TopicType.NORMAL, 8);
        assertEquals(new TopicId(1), made.id());
        assertEquals(77, made.createdEpochMillis());
        assertEquals("TOPIC_EXISTS", create("orders", TopicType.FIFO, 8));
    }

    @Test
    void anUpdateChangesWhatMayChange() {
        assertEquals("TOPIC_NOT_FOUND", update("orders", TopicType.NORMAL, 1));
        create("orders", TopicType.NORMAL, 2);
        create("fifo", TopicType.FIFO, 2);
        assertEquals("INVALID_ARGUMENT", update("orders", TopicType.FIFO, 2));
        assertEquals("INVALID_ARGUMENT", update("orders", TopicType.NORMAL, 1));
        assertEquals("INVALID_ARGUMENT", update("fifo", TopicType.FIFO, 3));
        TopicDescription changed = (TopicDescription) update("orders", TopicType.NORMAL, 4);
        assertEquals(new TopicId(1), changed.id());
        assertEquals(4, changed.queues());
        assertEquals(Duration.ofHours(2), changed.retention());
        assertEquals(Optional.of(changed), state.topic(ORDERS));
    }

    @Test
    void aTopicMadeAnewIsAnotherOneWhileTheOldIsErased() {
        TopicDescription old = (TopicDescription) create("orders", TopicType.NORMAL, 2);
        ask(new CatalogueRequest.BindGroup(BILLING, ORDERS));
        ask(new CatalogueRequest.DeleteTopic(ORDERS));
        assertEquals("TOPIC_NOT_FOUND", ask(new CatalogueRequest.DeleteTopic(ORDERS)));
        TopicDescription fresh = (TopicDescription) create("orders", TopicType.NORMAL, 2);
        assertEquals(new TopicId(2), fresh.id());
        assertEquals(List.of(old), state.erasing());
        assertEquals(List.of(), state.groupsOf(fresh.id()));
        assertEquals(Optional.empty(), state.topic(old.id()));
        ask(new CatalogueRequest.TopicErased(old.id()));
        assertEquals(List.of(), state.erasing());
    }

    @Test
    void idsOfErasedTopicsAreNotUsedAgainAfterASnapshot() {
        create("orders", TopicType.NORMAL, 2);
        ask(new CatalogueRequest.DeleteTopic(ORDERS));
        ask(new CatalogueRequest.TopicErased(new TopicId(1)));
        CatalogueState restored = new CatalogueState();
        state.asEvents().forEach(restored::apply);
        assertEquals(new TopicId(2), restored.nextTopicId());
    }

    @Test
    void groupsAreCheckedAndKeepWhatAnUpdateDoesNotSay() {
        assertEquals("ILLEGAL_GROUP", ask(new CatalogueRequest.CreateGroup(group("", 1, RetryPolicy.standard()))));
        assertEquals("INVALID_ARGUMENT", ask(new CatalogueRequest.CreateGroup(group("g", 0, RetryPolicy.standard()))));
        assertEquals(
                "INVALID_ARGUMENT",
                ask(new CatalogueRequest.CreateGroup(group("g", 1, new RetryPolicy.Customized(List.of())))));
        assertEquals("GROUP_NOT_FOUND", ask(new CatalogueRequest.PauseGroup(BILLING, true)));
        ask(new CatalogueRequest.CreateGroup(group("billing", 3, RetryPolicy.standard())));
        assertEquals(
                "GROUP_EXISTS", ask(new CatalogueRequest.CreateGroup(group("billing", 3, RetryPolicy.standard()))));
        ask(new CatalogueRequest.PauseGroup(BILLING, true));
        GroupDescription updated =
                (GroupDescription) ask(new CatalogueRequest.UpdateGroup(group("billing", 5, RetryPolicy.standard())));
        assertTrue(updated.paused());
        assertFalse(updated.autoCreated());
        assertEquals(5, updated.spec().maxAttempts());
    }

    @Test
    void aGroupComesIntoBeingByItsUseAndIsBoundOnce() {
        create("fifo", TopicType.FIFO, 2);
        GroupDescription made = (GroupDescription) ask(new CatalogueRequest.BindGroup(BILLING, TopicName.of("fifo")));
        assertTrue(made.autoCreated());
        assertTrue(made.spec().fifo());
        assertEquals(GroupSpec.StartPosition.LATEST, made.spec().start());
        assertEquals(Optional.of(new CatalogueState.Binding(2, false)), state.binding(BILLING, new TopicId(1)));
        Outcome<CatalogueRules.Decided> again =
                rules.decide(state, new CatalogueRequest.BindGroup(BILLING, TopicName.of("fifo")), 78);
        assertEquals(List.of(), again.fold(CatalogueRules.Decided::events, refusal -> List.of("refused")));
        assertEquals("TOPIC_NOT_FOUND", ask(new CatalogueRequest.BindGroup(BILLING, TopicName.of("none"))));

        rules = new CatalogueRules(8, false, Duration.ofDays(30));
        assertEquals(
                "GROUP_NOT_FOUND", ask(new CatalogueRequest.BindGroup(GroupName.of("unknown"), TopicName.of("fifo"))));
    }

    @Test
    void aDeletedGroupIsNotBoundAgainBeforeItIsForgotten() {
        create("orders", TopicType.NORMAL, 2);
        ask(new CatalogueRequest.BindGroup(BILLING, ORDERS));
        ask(new CatalogueRequest.DeleteGroup(BILLING));
        assertEquals(Map.of(BILLING, List.of(new TopicId(1))), state.forgetting());
        assertEquals(Optional.empty(), state.binding(BILLING, new TopicId(1)));
        ask(new CatalogueRequest.CreateGroup(group("billing", 3, RetryPolicy.standard())));
        assertEquals("UNAVAILABLE", ask(new CatalogueRequest.BindGroup(BILLING, ORDERS)));
        ask(new CatalogueRequest.GroupForgotten(BILLING));
        ask(new CatalogueRequest.BindGroup(BILLING, ORDERS));
        assertEquals(Optional.of(new CatalogueState.Binding(2, true)), state.binding(BILLING, new TopicId(1)));
    }
}
