package org.escrowmq.persistence.replication;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hands the committed log to its follower. Aeron goes on after an error of a service; this one ends, since a member that left out a message is
 * not like the others any more. A snapshot is a position: the state is in the follower's own store.
 */
final class FollowingService implements ClusteredService {
    private static final int MARKER_BYTES = Long.BYTES + Integer.BYTES;

    private final ReplicatedLog.Follower follower;
    private volatile Cluster.Role role = Cluster.Role.FOLLOWER;
    private @Nullable Cluster cluster;
    private boolean ended;

    FollowingService(ReplicatedLog.Follower follower) {
        this.follower = follower;
    }

    /** What this member is at the moment. */
    Cluster.Role role() {
        return role;
    }

    @Override
    public void onStart(Cluster started, @Nullable Image snapshotImage) {
        cluster = started;
        role = started.role();
        guarded(() -> {
            if (snapshotImage == null) follower.begins(0, ByteBuffer.allocate(0));
            else load(started, snapshotImage);
        });
    }

    /** A snapshot is {@code position:u64 bytes:u32}, and the state in messages after it. */
    private void load(Cluster loading, Image image) {
        long[] position = {-1};
        ByteBuffer[] state = {ByteBuffer.allocate(0)};
        while (position[0] < 0 || state[0].hasRemaining()) {
            int fragments = image.poll(
                    (buffer, offset, length, header) -> {
                        if (position[0] < 0) {
                            position[0] = buffer.getLong(offset, ByteOrder.BIG_ENDIAN);
                            state[0] = ByteBuffer.allocate(buffer.getInt(offset + Long.BYTES, ByteOrder.BIG_ENDIAN));
                        } else {
                            buffer.getBytes(offset, state[0], length);
                        }
                    },
                    1);
            if (fragments == 0 && (image.isClosed() || image.isEndOfStream())) {
                throw new IllegalStateException("a snapshot that is cut short");
            }
            loading.idleStrategy().idle(fragments);
        }
        follower.begins(position[0], state[0].flip());
    }

    @Override
    public void onSessionMessage(
            @Nullable ClientSession session,
            long timestamp,
            DirectBuffer buffer,
            int offset,
            int length,
            Header header) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        guarded(() -> follower.message(header.position(), ByteBuffer.wrap(bytes)));
    }

    @Override
    public void onTakeSnapshot(ExclusivePublication snapshot) {
        Cluster taking = Objects.requireNonNull(cluster, "a snapshot before the start");
        long position = taking.logPosition();
        ByteBuffer[] state = {ByteBuffer.allocate(0)};
        guarded(() -> state[0] = follower.snapshot(position));
        UnsafeBuffer marker = new UnsafeBuffer(new byte[MARKER_BYTES]);
        marker.putLong(0, position, ByteOrder.BIG_ENDIAN);
        marker.putInt(Long.BYTES, state[0].remaining(), ByteOrder.BIG_ENDIAN);
        write(taking, snapshot, marker, 0, MARKER_BYTES);
        UnsafeBuffer bytes = new UnsafeBuffer(state[0]);
        int part = snapshot.maxPayloadLength();
        for (int at = 0; at < bytes.capacity(); at += part) {
            write(taking, snapshot, bytes, at, Math.min(part, bytes.capacity() - at));
        }
    }

    private static void write(Cluster taking, ExclusivePublication to, DirectBuffer bytes, int offset, int length) {
        long result = to.offer(bytes, offset, length);
        while (result < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException("a snapshot cannot be written: " + result);
            }
            taking.idleStrategy().idle();
            result = to.offer(bytes, offset, length);
        }
    }

    private void guarded(Runnable step) {
        if (ended) throw new AgentTerminationException();
        try {
            step.run();
        } catch (Throwable failure) {
            ended = true;
            follower.failed(failure);
            throw new AgentTerminationException(failure);
        }
    }

    @Override
    public void onRoleChange(Cluster.Role newRole) {
        role = newRole;
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {
        // Whoever proposes is told by the log and not by a session.
    }

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason closeReason) {
        // As above.
    }

    @Override
    public void onTimerEvent(long correlationId, long timestamp) {
        // None is ever set.
    }

    @Override
    public void onTerminate(Cluster terminated) {
        follower.failed(new IllegalStateException("the service of the replicated log has ended"));
    }
}
