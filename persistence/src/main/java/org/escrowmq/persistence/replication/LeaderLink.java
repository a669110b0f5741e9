package org.escrowmq.persistence.replication;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This member's way to whoever leads, made again whenever it is lost. One thread. */
final class LeaderLink implements EgressListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLink.class);
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CONNECT_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RaftSettings settings;
    private final Aeron aeron;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private AeronCluster.@Nullable AsyncConnect connecting;
    private @Nullable AeronCluster connected;
    private long keptAliveNanos;
    private long connectsAtNanos = System.nanoTime();
    private long made;

    LeaderLink(RaftSettings settings, Aeron aeron) {
        this.settings = settings;
        this.aeron = aeron;
    }

    ReplicatedLog.Offer offer(ByteBuffer message) {
        AeronCluster way = connected;
        if (way == null) return ReplicatedLog.Offer.NOT_CONNECTED;
        buffer.wrap(message);
        long result = way.offer(buffer, 0, message.remaining());
        if (result > 0) return ReplicatedLog.Offer.SENT;
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            return ReplicatedLog.Offer.BUSY;
        }
        if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) lose();
        return ReplicatedLog.Offer.NOT_CONNECTED;
    }

    /** Answers how often the way was made. */
    long poll() {
        try {
            AeronCluster way = connected;
            if (way == null) connect();
            else keep(way);
        } catch (AeronException lost) {
            LOG.debug("The way to the leader is lost: {}", lost.getMessage());
            lose();
        }
        return made;
    }

    private void connect() {
        long now = System.nanoTime();
        if (now - connectsAtNanos < 0) return;
        AeronCluster.AsyncConnect attempt = connecting;
        if (attempt == null) {
            attempt = AeronCluster.asyncConnect(new AeronCluster.Context()
                    .aeron(aeron)
                    .ownsAeronClient(false)
                    .ingressChannel("aeron:udp?term-length=" + RaftMember.TERM_BYTES)
                    .ingressEndpoints(settings.ingressEndpoints())
                    .egressChannel("aeron:udp?endpoint=" + settings.own().host() + ":0")
                    .messageTimeoutNs(CONNECT_NANOS)
                    .egressListener(this));
            connecting = attempt;
        }
        AeronCluster way = attempt.poll();
        if (way == null) return;
        connecting = null;
        connected = way;
        keptAliveNanos = now;
        made++;
    }

    private void keep(AeronCluster way) {
        way.pollEgress();
        if (way.isClosed()) {
            lose();
            return;
        }
        long now = System.nanoTime();
        if (now - keptAliveNanos < KEEP_ALIVE_NANOS) return;
        way.sendKeepAlive();
        keptAliveNanos = now;
    }

    private void lose() {
        CloseHelper.quietCloseAll(connecting, connected);
        connecting = null;
        connected = null;
        connectsAtNanos = System.nanoTime() + CONNECT_AGAIN_NANOS;
    }

    @Override
    public void onNewLeader(long session, long term, int leader, String endpoints) {
        made++;
    }

    @Override
    public void onMessage(long session, long timestamp, DirectBuffer message, int offset, int length, Header header) {
        // Nobody answers here: answers come of the log.
    }

    @Override
    public void close() {
        lose();
    }
}
