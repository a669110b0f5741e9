package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/**
 * A queue beside its {@link NaiveQueue} and a ledger of what consumers were told. Each command goes to both, and after each the
 * two must agree in everything that can be seen.
 */
final class SimulatedQueue {
    /** What a consumer holds after a delivery or a change; stale ones are kept and tried as well. */
    record Handle(GroupName group, Offset offset, long number) {}

    /** Messages have fingerprints below, so that some are the same. */
    static final int FEW_FINGERPRINTS = 40;

    final NaiveQueue model;
    final List<Handle> handles = new ArrayList<>();
    private final QueueSettings settings;
    private QueueState state;
    private @Nullable ByteBuffer snapshot;
    private List<QueueEvent> sinceSnapshot = new ArrayList<>();
    private final List<QueueEvent> batch = new ArrayList<>();
    private final Map<GroupName, Set<Long>> finished = new HashMap<>();
    private final Map<GroupName, Long> startedAt = new HashMap<>();
    private final Map<GroupName, Map<Long, Integer>> attempts = new HashMap<>();

    SimulatedQueue(QueueSettings settings) {
        this.settings = settings;
        model = new NaiveQueue(settings);
        state = new QueueState(settings);
    }

    void append(List<QueueCommand.Incoming> messages, long now) {
        assertEquals(
                new QueueReply.Appended(new Offset(model.next)), decide(new QueueCommand.Append(messages, now), now));
        model.append(messages, now);
    }

    void start(GroupName group, boolean atFirst, long now) {
        decide(new QueueCommand.StartGroup(group, atFirst), now);
        if (!model.groups.containsKey(group)) startedAt.put(group, atFirst ? model.first : model.next);
        model.start(group, atFirst);
    }

    void delete(GroupName group, long now) {
        decide(new QueueCommand.DeleteGroup(group), now);
        model.delete(group);
        finished.remove(group);
        attempts.remove(group);
    }

    void deliver(QueueCommand.Deliver command, long now) {
        Set<Long> held = heldNow(command.group(), now);
        Set<Long> skippable = new HashSet<>();
        for (Offset offset : command.skip())
            if (isAvailable(command.group(), offset, now)) skippable.add(offset.value());
        QueueReply reply = decide(command, now);
        List<QueueReply.Leased> expected = model.deliver(command, now);
        if (expected == null) {
            assertRefused(RefusalCode.GROUP_NOT_FOUND, reply);
            return;
        }
        assertEquals(new QueueReply.Delivered(expected), reply);
        for (QueueReply.Leased lease : expected) {
            long offset = lease.offset().value();
            assertTrue(!held.contains(offset), "offset " + offset + " is leased twice");
            assertTrue(!finished(command.group()).contains(offset), "offset " + offset + " comes again after its ack");
            int before = attempts.computeIfAbsent(command.group(), name -> new HashMap<>())
                    .getOrDefault(offset, 0);
            assertTrue(
                    lease.attempt() == before + 1 || (lease.attempt() == before && before > 0),
                    "attempt " + lease.attempt() + " after " + before);
            attempts.get(command.group()).put(offset, lease.attempt());
            handles.add(new Handle(command.group(), lease.offset(), lease.deliveryNumber()));
            skippable.remove(offset);
        }
        for (long offset : skippable) {
            if (model.groups.get(command.group()).entries.get(offset).done)
                finished(command.group()).add(offset);
        }
    }

    void acknowledge(Handle handle, long now) {
        QueueReply reply = decide(new QueueCommand.Acknowledge(handle.group(), handle.offset(), handle.number()), now);
        if (model.acknowledge(handle.group(), handle.offset().value(), handle.number(), now)) {
            assertEquals(new QueueReply.Ok(), reply);
            finished(handle.group()).add(handle.offset().value());
        } else {
            assertRefused(RefusalCode.INVALID_RECEIPT_HANDLE, reply);
        }
    }

    void change(QueueCommand.ChangeInvisible command, long now) {
        QueueReply reply = decide(command, now);
        long number = model.changeInvisible(command, now);
        if (number == 0) {
            assertRefused(RefusalCode.INVALID_RECEIPT_HANDLE, reply);
            return;
        }
        assertEquals(new QueueReply.InvisibleChanged(number), reply);
        handles.add(new Handle(command.group(), command.offset(), number));
    }

    void release(String client, long now) {
        assertEquals(new QueueReply.Ok(), decide(new QueueCommand.ReleaseClient(client, 0), now));
        model.release(client, now);
    }

    void trim(long to, long now) {
        assertEquals(new QueueReply.Ok(), decide(new QueueCommand.Trim(new Offset(to)), now));
        model.trim(to);
    }

    void reset(GroupName group, long to, long now) {
        QueueReply reply = decide(new QueueCommand.ResetGroup(group, new Offset(to)), now);
        RefusalCode refused = model.reset(group, to);
        if (refused != null) {
            assertRefused(refused, reply);
            return;
        }
        assertEquals(new QueueReply.Ok(), reply);
        finished.remove(group);
        attempts.remove(group);
        startedAt.put(group, Math.max(model.first, to));
    }

    void snapshot(long now) {
        endBatch();
        snapshot = state.snapshot(now);
        sinceSnapshot = new ArrayList<>();
        model.snapshot(now);
        long elsewhere = now - 12_345;
        QueueState again = QueueState.restore(settings, snapshot, elsewhere);
        assertEquals(snapshot, again.snapshot(elsewhere), "a restored snapshot is another one");
    }

    void restart(long now) {
        endBatch();
        ByteBuffer before = state.snapshot(now);
        state = snapshot == null ? new QueueState(settings) : QueueState.restore(settings, snapshot, now);
        for (QueueEvent event : sinceSnapshot) state.apply(event, now);
        if (sinceSnapshot.isEmpty() && snapshot != null) assertEquals(snapshot, state.snapshot(now));
        assertEquals(QueueState.restore(settings, before, now).next(), state.next());
        model.restart(now);
    }

    List<QueueState.Candidate> candidates(GroupName group, int max, long now) {
        return state.candidates(group, max, now);
    }

    /** Everything that can be seen of the two is the same. */
    void check(int max, long now) {
        assertEquals(model.first, state.first().value());
        assertEquals(model.next, state.next().value());
        assertEquals(model.views(now), state.groups(now));
        assertEquals(model.renewingClients(), state.renewingClients());
        assertEquals(model.earliestVisible(Long.MIN_VALUE), state.nextVisibleMillis());
        assertEquals(model.earliestVisible(now), state.nextVisibleMillisAfter(now));
        for (long fingerprint = 0; fingerprint < FEW_FINGERPRINTS; fingerprint++) {
            assertEquals(model.withFingerprint(fingerprint, now), state.withFingerprint(fingerprint, now));
        }
        for (GroupName group : model.groups.keySet()) {
            List<QueueState.Candidate> expected = model.candidates(group, max, now);
            assertEquals(expected, state.candidates(group, max, now));
            assertTrue(state.progress(group).isPresent(), "open, but without progress");
            assertEquals(!expected.isEmpty(), state.hasCandidates(group, now));
        }
    }

    /** Nothing is left to do, and each message of each group was acknowledged, skipped or trimmed. */
    void checkDrained(long now) {
        for (QueueState.GroupView view : state.groups(now)) {
            assertEquals(0, view.lag(), "lag of " + view.group());
            long gone = LongStream.range(startedAt.get(view.group()), model.next)
                    .filter(offset -> !finished(view.group()).contains(offset))
                    .peek(offset -> assertTrue(offset < model.first, "offset " + offset + " is lost"))
                    .count();
            assertTrue(view.expiredUndelivered() >= gone, gone + " messages gone, expired " + view);
        }
    }

    private QueueReply decide(QueueCommand command, long now) {
        ByteBuffer before = state.snapshot(now);
        Decision decision = state.decide(command, now);
        assertEquals(before, state.snapshot(now), "decide changed the state");
        for (QueueEvent event : decision.events()) state.apply(event, now);
        batch.addAll(decision.events());
        if (batch.size() > 7) endBatch();
        return decision.reply();
    }

    /** What is replayed has been through its stored form. */
    private void endBatch() {
        List<QueueEvent> stored = QueueEventCodec.decode(QueueEventCodec.encode(batch));
        assertEquals(batch, stored);
        sinceSnapshot.addAll(stored);
        batch.clear();
    }

    private Set<Long> heldNow(GroupName name, long now) {
        Set<Long> held = new HashSet<>();
        NaiveQueue.Group group = model.groups.get(name);
        if (group == null) return held;
        for (NaiveQueue.Entry entry : group.open()) if (entry.visibleAt > now) held.add(entry.offset);
        return held;
    }

    private boolean isAvailable(GroupName name, Offset offset, long now) {
        NaiveQueue.Group group = model.groups.get(name);
        NaiveQueue.Entry entry = group == null ? null : group.entries.get(offset.value());
        return entry != null && !entry.done && !heldNow(name, now).contains(offset.value());
    }

    private Set<Long> finished(GroupName group) {
        return finished.computeIfAbsent(group, name -> new HashSet<>());
    }

    private static void assertRefused(RefusalCode code, QueueReply reply) {
        assertTrue(reply instanceof QueueReply.Refused, "not refused: " + reply);
        assertEquals(code, ((QueueReply.Refused) reply).refusal().code());
        if (code == RefusalCode.INVALID_RECEIPT_HANDLE) {
            assertTrue(((QueueReply.Refused) reply).refusal().text().contains("INVALID_RECEIPT_HANDLE"));
        }
    }
}
