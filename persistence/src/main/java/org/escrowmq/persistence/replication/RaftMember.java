package org.escrowmq.persistence.replication;

import io.aeron.Aeron;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusterControl;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusterMarkFile;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replicated log over Aeron Cluster: media driver, archive, consensus module and service of one member, in this process. What is committed was
 * recorded with fsync by a majority.
 */
public final class RaftMember implements ReplicatedLog {
    static final int TERM_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RaftMember.class);
    private static final String SNAPSHOT_CHANNEL = "aeron:ipc?term-length=1m|alias=snapshot";
    private static final int SYNC_DATA = 1;
    private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LEADER_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long ELECTION_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CANVASS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long IDLE_MIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long IDLE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final RaftSettings settings;
    private @Nullable FollowingService service;
    private @Nullable ClusteredMediaDriver driver;
    private @Nullable ClusteredServiceContainer container;
    private @Nullable Aeron aeron;
    private volatile @Nullable LeaderLink link;

    /** A member that has not been started. The caller has the only process that uses the folder of the settings. */
    public RaftMember(RaftSettings settings) {
        this.settings = settings;
    }

    @Override
    public void start(Follower follower) {
        Path transport = settings.sharedMemory().resolve("aeron-" + settings.member());
        removeMarks();
        FollowingService following = new FollowingService(follower);
        service = following;
        try {
            String folder = transport.toString();
            driver = ClusteredMediaDriver.launch(driver(folder), archive(folder), consensus(folder, follower));
            container = ClusteredServiceContainer.launch(new ClusteredServiceContainer.Context()
                    .aeronDirectoryName(folder)
                    .archiveContext(archiveClient(folder))
                    .clusterDir(cluster().toFile())
                    .clusteredService(following)
                    .idleStrategySupplier(RaftMember::idle)
                    .snapshotChannel(SNAPSHOT_CHANNEL)
                    .terminationHook(() -> follower.failed(ended("service")))
                    .errorHandler(RaftMember::error));
            aeron = Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(folder)
                    .idleStrategy(idle())
                    .errorHandler(RaftMember::error));
            link = new LeaderLink(settings, aeron);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Path cluster() {
        return settings.directory().resolve("consensus");
    }

    private Path archive() {
        return settings.directory().resolve("archive");
    }

    private MediaDriver.Context driver(String folder) {
        return new MediaDriver.Context()
                .aeronDirectoryName(folder)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(idle())
                .termBufferSparseFile(true)
                .errorHandler(RaftMember::error);
    }

    private Archive.Context archive(String folder) {
        return new Archive.Context()
                .aeronDirectoryName(folder)
                .archiveDir(archive().toFile())
                .controlChannel("aeron:udp?endpoint=" + settings.archiveEndpoint())
                .replicationChannel("aeron:udp?endpoint=" + settings.own().host() + ":0")
                .recordingEventsEnabled(false)
                .segmentFileLength(TERM_BYTES)
                .fileSyncLevel(SYNC_DATA)
                .catalogFileSyncLevel(SYNC_DATA)
                .threadingMode(ArchiveThreadingMode.SHARED)
                .idleStrategySupplier(RaftMember::idle)
                .errorHandler(RaftMember::error);
    }

    private ConsensusModule.Context consensus(String folder, Follower follower) {
        return new ConsensusModule.Context()
                .aeronDirectoryName(folder)
                .clusterMemberId(settings.member())
                .clusterMembers(settings.clusterMembers())
                .clusterDir(cluster().toFile())
                .fileSyncLevel(SYNC_DATA)
                .ingressChannel("aeron:udp?term-length=" + TERM_BYTES)
                .logChannel("aeron:udp?term-length=" + TERM_BYTES + "|control-mode=manual|control="
                        + settings.logControlEndpoint())
                .replicationChannel("aeron:udp?endpoint=" + settings.own().host() + ":0")
                .leaderHeartbeatIntervalNs(HEARTBEAT_NANOS)
                .leaderHeartbeatTimeoutNs(LEADER_TIMEOUT_NANOS)
                .electionTimeoutNs(ELECTION_NANOS)
                .startupCanvassTimeoutNs(CANVASS_NANOS)
                .archiveContext(archiveClient(folder))
                .idleStrategySupplier(RaftMember::idle)
                .snapshotChannel(SNAPSHOT_CHANNEL)
                .terminationHook(() -> follower.failed(ended("consensus module")))
                .errorHandler(RaftMember::error);
    }

    private static IllegalStateException ended(String what) {
        return new IllegalStateException("the " + what + " of the replicated log has ended");
    }

    private static AeronArchive.Context archiveClient(String folder) {
        return new AeronArchive.Context()
                .aeronDirectoryName(folder)
                .controlRequestChannel("aeron:ipc?term-length=64k")
                .controlResponseChannel("aeron:ipc?term-length=64k")
                .lock(NoOpLock.INSTANCE);
    }

    private static IdleStrategy idle() {
        return new BackoffIdleStrategy(0, 0, IDLE_MIN_NANOS, IDLE_MAX_NANOS);
    }

    private static void error(Throwable error) {
        LOG.warn("The replicated log: {}", error.getMessage(), error);
    }

    /** Marks of a process that was killed would have the next one wait for them; the folder is the caller's alone. */
    private void removeMarks() {
        try {
            Files.createDirectories(cluster());
            Files.createDirectories(archive());
            for (Path folder : List.of(cluster(), archive())) {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path mark : files.filter(RaftMember::isMark).toList()) Files.delete(mark);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of the replicated log cannot be used", e);
        }
    }

    private static boolean isMark(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ClusterMarkFile.FILE_EXTENSION) && name.contains("mark");
    }

    @Override
    public Offer offer(ByteBuffer message) {
        LeaderLink way = link;
        return way == null ? Offer.NOT_CONNECTED : way.offer(message);
    }

    @Override
    public long poll() {
        LeaderLink way = link;
        return way == null ? 0 : way.poll();
    }

    /** Whether this member leads. */
    public boolean leads() {
        FollowingService following = service;
        return following != null && following.role() == Cluster.Role.LEADER;
    }

    /** Has all members take a snapshot, if this one leads; false when it cannot now. */
    public boolean requestSnapshot() {
        ClusteredMediaDriver running = driver;
        if (running == null || !leads()) return false;
        return ClusterControl.ToggleState.SNAPSHOT.toggle(
                running.consensusModule().context().controlToggleCounter());
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(link, aeron, container, driver);
        link = null;
    }
}
