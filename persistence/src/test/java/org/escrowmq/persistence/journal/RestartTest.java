package org.escrowmq.persistence.journal;

import static org.escrowmq.persistence.journal.JournalBed.claim;
import static org.escrowmq.persistence.journal.JournalBed.entry;
import static org.escrowmq.persistence.journal.JournalBed.id;
import static org.escrowmq.persistence.journal.JournalBed.number;
import static org.escrowmq.persistence.journal.JournalBed.replayed;
import static org.escrowmq.persistence.journal.JournalBed.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.escrowmq.model.Epoch;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.JournalSnapshot;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.Table;
import org.escrowmq.persistence.TableOperation;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.tables.Folders;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations, the process dying at random appends (before the write, or after it and before the answer), and a start
 * again; with random losses of the tables in between. What was acknowledged is there, and nothing else but what was under way.
 */
class RestartTest {
    private static final Table TABLE = new Table(17, "test");
    private static final int WRITERS = 4;

    @TempDir
    Path folder;

    /** What a writer has been told. */
    private static final class Model {
        Epoch epoch = new Epoch(0);
        /** Acknowledged entries. */
        final TreeMap<Long, String> entries = new TreeMap<>();
        /** Sent and not yet answered when the process died. */
        final TreeMap<Long, String> unknown = new TreeMap<>();

        long trimmed;
        long trimUnknown;
        long next = 1;
        long snapshot;
        long snapshotUnknown;
        final Map<Integer, String> rows = new TreeMap<>();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nothingAcknowledgedIsLostAndNothingElseAppears(long seed) throws Exception {
        Random random = new Random(seed);
        Map<String, Model> models = new TreeMap<>();
        for (int w = 0; w < WRITERS; w++) models.put("w" + w, new Model());
        for (int life = 0; life < 8; life++) {
            if (random.nextInt(4) == 0) Folders.remove(folder.resolve("tables"));
            live(random, models, life);
        }
        JournalBed bed = new JournalBed(folder);
        try (LocalJournal journal = bed.open()) {
            models.forEach((name, model) -> check(journal, name, model));
        }
    }

    private void live(Random random, Map<String, Model> models, int life) throws Exception {
        PersistenceSettings settings = JournalBed.settings(folder, 512 * 1024, 64 * 1024 + random.nextInt(64 * 1024));
        JournalBed bed = new JournalBed(folder);
        PlantedSegments planted = new PlantedSegments(SegmentFiles.of(settings));
        JournalEnvironment environment = new JournalEnvironment(
                Clock.systemUTC(),
                bed.nanos::get,
                bed.freeBytes::get,
                planted,
                bed.environment(settings).faults());
        try (LocalJournal journal = LocalJournal.open(settings, environment)) {
            models.forEach((name, model) -> check(journal, name, model));
            for (Map.Entry<String, Model> entry : models.entrySet()) {
                Model model = entry.getValue();
                model.epoch = claim(journal, entry.getKey());
                model.next = 1 + Math.max(model.next - 1, 0);
            }
            planted.plan(
                    random.nextBoolean() ? PlantedSegments.Plan.DIE_AFTER : PlantedSegments.Plan.DIE_BEFORE,
                    20 + random.nextInt(60));
            try {
                while (true) step(random, journal, models, life);
            } catch (ExecutionException died) {
                assertTrue(String.valueOf(died.getMessage()).contains("planted"), died.getMessage());
            }
        }
        assertEquals(1, bed.faults.size(), bed.faults.toString());
    }

    private static void step(Random random, LocalJournal journal, Map<String, Model> models, int life)
            throws Exception {
        List<CompletionStage<WriteAnswer>> answers = new ArrayList<>();
        List<Runnable> acknowledged = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            String name = "w" + random.nextInt(WRITERS);
            Model model = models.get(name);
            int choice = random.nextInt(12);
            if (choice == 0 && model.next > 5) {
                long upTo = model.next - 4;
                model.trimUnknown = Math.max(upTo, model.trimUnknown);
                answers.add(journal.trim(id(name), model.epoch, number(upTo)));
                acknowledged.add(() -> model.trimmed = Math.max(model.trimmed, upTo));
            } else if (choice == 1) {
                long upTo = model.next - 1;
                model.snapshotUnknown = upTo;
                ByteBuffer state = ByteBuffer.allocate(random.nextInt(200_000));
                answers.add(journal.saveSnapshot(id(name), model.epoch, new JournalSnapshot(number(upTo), 1, state)));
                acknowledged.add(() -> model.snapshot = upTo);
            } else {
                write(random, journal, name, model, life, answers, acknowledged);
            }
        }
        for (int i = 0; i < answers.size(); i++) {
            WriteAnswer answer = answers.get(i).toCompletableFuture().get(30, TimeUnit.SECONDS);
            if (answer != WriteAnswer.APPLIED && answer != WriteAnswer.DUPLICATE) fail("answered " + answer);
            acknowledged.get(i).run();
        }
    }

    private static void write(
            Random random,
            LocalJournal journal,
            String name,
            Model model,
            int life,
            List<CompletionStage<WriteAnswer>> answers,
            List<Runnable> acknowledged) {
        long at = model.next++;
        String content = life + ":" + at;
        int size = random.nextInt(10) == 0 ? 150_000 + random.nextInt(200_000) : random.nextInt(2_000);
        ByteBuffer body = ByteBuffer.allocate(size + 8).putLong(0, at);
        int key = random.nextInt(20);
        model.unknown.put(at, content);
        answers.add(journal.write(
                id(name),
                model.epoch,
                number(at),
                entry(
                        content,
                        List.of(body),
                        new TableOperation.Put(TABLE, new byte[] {(byte) key}, content.getBytes()))));
        acknowledged.add(() -> {
            model.entries.put(at, content);
            model.unknown.remove(at);
            model.rows.put(key, content);
        });
    }

    /** Compares what is stored with the model, and takes over what became of the writes under way. */
    private static void check(LocalJournal journal, String name, Model model) {
        assertEquals(List.of(), journal.status().fenced());
        TreeMap<Long, String> stored = new TreeMap<>();
        for (String replayed : replayed(journal, name)) {
            String[] words = replayed.split("=");
            stored.put(Long.parseLong(words[0]), words[1]);
        }
        long first = stored.isEmpty() ? model.next : stored.firstKey();
        assertTrue(first > model.trimmed, name + " replays " + first + " though trimmed to " + model.trimmed);
        assertTrue(first - 1 <= Math.max(model.trimmed, model.trimUnknown), name + " lost entries before " + first);
        model.entries.tailMap(first).forEach((at, content) -> assertEquals(content, stored.get(at), name + " " + at));
        stored.forEach((at, content) -> {
            String expected = model.entries.getOrDefault(at, model.unknown.get(at));
            assertEquals(expected, content, name + " holds an entry that nobody wrote: " + at);
            ByteBuffer body = journal.readBlobsHere(id(name), List.of(new BlobReference(at, 0)))
                    .get(0)
                    .orElseThrow();
            assertEquals(at, body.getLong(body.position()));
        });
        model.entries.putAll(stored);
        model.unknown.clear();
        model.trimmed = first - 1;
        model.trimUnknown = model.trimmed;
        model.next = stored.isEmpty() ? Math.max(model.next, 1) : stored.lastKey() + 1;
        checkRows(journal, name, model);
        long snapshot = journal.latestSnapshot(id(name), number(Long.MAX_VALUE))
                .map(s -> s.upTo().value())
                .orElse(0L);
        assertTrue(snapshot == model.snapshot || snapshot == model.snapshotUnknown, name + " snapshot " + snapshot);
        model.snapshot = snapshot;
    }

    private static void checkRows(LocalJournal journal, String name, Model model) {
        Map<Integer, String> rows = new TreeMap<>();
        journal.tables()
                .scan(id(name), TABLE, new byte[0], 100)
                .forEach(row -> rows.put((int) row.key()[0], text(ByteBuffer.wrap(row.value()))));
        model.rows.forEach((key, content) -> {
            String there = rows.get(key);
            long at = Long.parseLong(there.split(":")[1]);
            assertTrue(
                    there.equals(content) || there.equals(model.entries.get(at)), name + " row " + key + " " + there);
        });
        model.rows.putAll(rows);
    }
}
