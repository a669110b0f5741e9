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
    private static final int MARKER_BYTES = Long.BYTES;

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
        guarded(() -> follower.begins(snapshotImage == null ? 0 : marker(started, snapshotImage)));
    }

    private static long marker(Cluster cluster, Image image) {
        long[] position = {-1};
        while (position[0] < 0) {
            int fragments = image.poll((buffer, offset, length, header) -> position[0] = buffer.getLong(offset), 1);
            if (fragments == 0 && (image.isClosed() || image.isEndOfStream())) {
                throw new IllegalStateException("a snapshot without a position");
            }
            cluster.idleStrategy().idle(fragments);
        }
        return position[0];
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
        guarded(() -> follower.snapshot(position));
        UnsafeBuffer marker = new UnsafeBuffer(new byte[MARKER_BYTES]);
        marker.putLong(0, position);
        long result = snapshot.offer(marker);
        while (result < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException("the position of a snapshot cannot be written: " + result);
            }
            taking.idleStrategy().idle();
            result = snapshot.offer(marker);
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
        // The member is closed by whoever opened it.
    }
}
