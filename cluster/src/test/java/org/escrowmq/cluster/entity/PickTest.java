package org.escrowmq.cluster.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.ActorRef;
import org.escrowmq.cluster.TagFilter;
import org.escrowmq.cluster.partition.CacheBudget;
import org.escrowmq.cluster.partition.OutgoingBlob;
import org.escrowmq.cluster.partition.Partition;
import org.escrowmq.cluster.partition.QueueTables;
import org.escrowmq.cluster.partition.StoredBlob;
import org.escrowmq.delay.DelayPolicy;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Offset;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.queue.QueueCommand;
import org.escrowmq.queue.QueueSettings;
import org.escrowmq.transaction.CheckPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a grant takes of a queue of ten messages, some of which are not in memory. */
class PickTest {
    private static final GroupName GROUP = GroupName.of("billing");
    private static final long LEASE_MILLIS = 1000;

    private final Partition partition = new Partition(
            QueueSettings.STANDARD,
            1 << 20,
            new CacheBudget(Long.MAX_VALUE),
            new QueueTables(new NoTables(), new PersistenceId("q/1/0")),
            CheckPolicy.STANDARD,
            DelayPolicy.STANDARD,
            0);
    private final List<OutgoingBlob> blobs = new ArrayList<>();

    @BeforeEach
    void store() {
        partition.decide(new QueueCommand.StartGroup(GROUP, true), 0);
        for (int i = 0; i < 10; i++) blobs.add(OutgoingBlob.of(message("m" + i, "g" + i % 5)));
        partition.append(blobs, 0, 0);
    }

    private static Message message(String id, String messageGroup) {
        return new Message(
                id,
                MessageType.FIFO,
                null,
                List.of(),
                Map.of(),
                BodyEncoding.IDENTITY,
                ByteBuffer.allocate(8),
                1,
                "h",
                messageGroup,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static QueueOperation.Grant grant(boolean ordered, int max) {
        return new QueueOperation.Grant(
                1,
                GROUP,
                TagFilter.ALL,
                ordered,
                0,
                max,
                1 << 20,
                LEASE_MILLIS,
                false,
                "c",
                Integer.MAX_VALUE,
                ActorRef.noSender());
    }

    private void inMemory(int... offsets) {
        partition.forget();
        Map<Offset, StoredBlob> messages = new HashMap<>();
        for (int offset : offsets) {
            messages.put(new Offset(offset), StoredBlob.of(blobs.get(offset).blob(), 0));
        }
        partition.rememberRun(messages);
    }

    private void leaseAll(boolean ordered) {
        QueueOperation.Grant all = grant(ordered, 10);
        Pick pick = ordered ? Pick.inOrder(partition, all, 17, 0) : Pick.free(partition, all, 17, 0);
        partition.decide(pick.command(), 0);
    }

    @Test
    void newMessagesAreMissedAsTheRunFromTheFirstOnThatIsNotInMemory() {
        inMemory(0, 1, 2, 5);
        Pick free = Pick.free(partition, grant(false, 10), 17, 0);
        assertEquals(Missing.run(new Offset(3)), free.missing());
        assertEquals(
                List.of(new Offset(0), new Offset(1), new Offset(2)),
                assertInstanceOf(QueueCommand.Deliver.class, free.command()).take());
        assertEquals(
                Missing.run(new Offset(3)),
                Pick.inOrder(partition, grant(true, 10), 17, 0).missing());
    }

    @Test
    void messagesToDeliverAgainAreMissedOneByOne() {
        for (boolean ordered : new boolean[] {false, true}) {
            partition.decide(new QueueCommand.ResetGroup(GROUP, Offset.FIRST), 0);
            inMemory(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            leaseAll(ordered);
            inMemory(4, 6);
            long later = LEASE_MILLIS + 1;
            Pick pick = ordered
                    ? Pick.inOrder(partition, grant(true, 10), 17, later)
                    : Pick.free(partition, grant(false, 10), 17, later);
            List<Long> missing = new ArrayList<>(pick.missing().offsets());
            missing.sort(null);
            assertEquals(List.of(0L, 1L, 2L, 3L, 5L, 7L, 8L, 9L), missing, "ordered " + ordered);
            assertEquals(false, pick.missing().run());
            assertEquals(new Offset(9), pick.missing().highest());
        }
    }

    @Test
    void nothingIsMissedWhereAllIsInMemory() {
        assertNull(Pick.free(partition, grant(false, 10), 17, 0).missing());
        assertNull(Pick.inOrder(partition, grant(true, 10), 17, 0).missing());
    }
}
