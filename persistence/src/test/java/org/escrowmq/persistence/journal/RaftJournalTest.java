package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.await;
import static org.escrowmq.persistence.journal.JournalBed.bytes;
import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.replayed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.cluster.RecordingLog;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.replication.RaftMember;
import org.escrowmq.persistence.replication.RaftSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three journals over a Raft group on loopback, in one process. */
class RaftJournalTest {
    private static final int MEMBERS = 3;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<RaftSettings.Address> addresses = new ArrayList<>();
    private final List<JournalBed> beds = new ArrayList<>();
    private final Map<Integer, RaftMember> members = new TreeMap<>();
    private final Map<Integer, LocalJournal> open = new TreeMap<>();

    @BeforeEach
    void startAll() throws IOException {
        for (int member = 0; member < MEMBERS; member++) {
            addresses.add(new RaftSettings.Address("127.0.0.1", freePorts()));
            beds.add(new JournalBed(folder.resolve("store-" + member)));
        }
        for (int member = 0; member < MEMBERS; member++) start(member);
    }

    /** The first of some UDP ports in a row that nobody has; below the range that the system hands out. */
    private int freePorts() throws IOException {
        Random random = new Random();
        while (true) {
            int first = 10_000 + random.nextInt(20_000);
            boolean taken =
                    addresses.stream().anyMatch(other -> Math.abs(other.firstPort() - first) < RaftSettings.PORTS);
            if (!taken && free(first)) return first;
        }
    }

    private static boolean free(int first) throws IOException {
        List<DatagramSocket> sockets = new ArrayList<>();
        try {
            for (int port = first; port < first + RaftSettings.PORTS; port++) {
                DatagramSocket socket = new DatagramSocket(null);
                sockets.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            }
            return true;
        } catch (BindException e) {
            return false;
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
    }

    private LocalJournal start(int member) throws IOException {
        JournalBed bed = beds.get(member);
        PersistenceSettings settings = JournalBed.settings(bed.folder, 8 << 20, 256 * 1024);
        RaftMember log = new RaftMember(
                new RaftSettings(folder.resolve("raft-" + member), folder.resolve("shared"), member, addresses));
        LocalJournal journal =
                LocalJournal.open(settings, bed.environment(settings), new LocalJournal.Replication(log, member));
        members.put(member, log);
        open.put(member, journal);
        return journal;
    }

    private void stop(int member) {
        open.remove(member).close();
        members.remove(member);
    }

    private int awaitLeader() {
        Awaitility.await().atMost(SOON).until(() -> members.values().stream().anyMatch(RaftMember::leads));
        return members.entrySet().stream()
                .filter(member -> member.getValue().leads())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private void awaitSame() {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            List<Map<String, String>> contents =
                    open.values().stream().map(ReplicatedJournalTest::content).toList();
            for (Map<String, String> other : contents) assertEquals(contents.get(0), other);
        });
    }

    @AfterEach
    void close() {
        open.values().forEach(LocalJournal::close);
        beds.forEach(bed -> assertEquals(List.of(), bed.faults));
    }

    @Test
    void theLeaderGoesAndTheOthersGoOn() throws Exception {
        Map<Integer, Epoch> epochs = new TreeMap<>();
        for (int member = 0; member < MEMBERS; member++) {
            epochs.put(member, claim(open.get(member), "id-" + member));
        }
        writeAll(epochs, 1, 50);
        awaitSame();
        int gone = awaitLeader();
        stop(gone);
        epochs.remove(gone);
        writeAll(epochs, 51, 80);
        awaitSame();
        start(gone);
        epochs.put(gone, claim(open.get(gone), "id-" + gone));
        assertEquals(2, epochs.get(gone).value());
        assertEquals(
                WriteAnswer.APPLIED,
                JournalBed.write(open.get(gone), "id-" + gone, epochs.get(gone), 51, entry("h51")));
        awaitSame();
        for (LocalJournal journal : open.values()) {
            for (int member = 0; member < MEMBERS; member++) {
                assertEquals(
                        member == gone ? 51 : 80,
                        replayed(journal, "id-" + member).size());
            }
        }
    }

    @Test
    void allGoAndComeBackFromASnapshotWithALargeWrite() throws Exception {
        byte[] large = new byte[3_000_000];
        new Random(7).nextBytes(large);
        Epoch epoch = claim(open.get(0), "a");
        var answer =
                open.get(0).write(id("a"), epoch, JournalBed.number(1), entry("l", List.of(ByteBuffer.wrap(large))));
        assertEquals(WriteAnswer.APPLIED, await(answer));
        awaitSame();
        assertTrue(members.get(awaitLeader()).requestSnapshot());
        Awaitility.await().atMost(SOON).until(this::allHaveASnapshot);
        assertEquals(WriteAnswer.APPLIED, JournalBed.write(open.get(0), "a", epoch, 2, entry("two")));
        awaitSame();
        for (int member = 0; member < MEMBERS; member++) stop(member);
        for (int member = 0; member < MEMBERS; member++) start(member);
        Epoch next = claim(open.get(1), "a");
        assertEquals(2, next.value());
        assertEquals(
                WriteAnswer.APPLIED,
                JournalBed.write(open.get(1), "a", next, 3, entry("three", List.of(bytes("body")))));
        awaitSame();
        for (LocalJournal journal : open.values()) {
            assertEquals(List.of("1=l", "2=two", "3=three"), replayed(journal, "a"));
        }
    }

    private boolean allHaveASnapshot() {
        for (int member = 0; member < MEMBERS; member++) {
            try (RecordingLog log = new RecordingLog(
                    folder.resolve("raft-" + member).resolve("consensus").toFile(), false)) {
                if (log.getLatestSnapshot(0) == null) return false;
            }
        }
        return true;
    }

    private void writeAll(Map<Integer, Epoch> epochs, int from, int to) throws Exception {
        List<CompletionStage<WriteAnswer>> answers = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            for (Map.Entry<Integer, Epoch> writer : epochs.entrySet()) {
                answers.add(open.get(writer.getKey())
                        .write(
                                id("id-" + writer.getKey()),
                                writer.getValue(),
                                JournalBed.number(number),
                                entry("h" + number, List.of(bytes("body " + number)))));
            }
        }
        for (CompletionStage<WriteAnswer> answer : answers) {
            assertEquals(WriteAnswer.APPLIED, answer.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS));
        }
    }
}
