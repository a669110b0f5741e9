package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.WriteAnswer;
import org.escrowmq.persistence.log.FolderFiles;
import org.escrowmq.persistence.log.LogCheck;
import org.escrowmq.persistence.log.LogSalvage;
import org.escrowmq.persistence.tables.RowKey;

/**
 * The operator's way out of damage that nothing repairs: {@code escrow journal salvage --accept-loss}. What can be read stays,
 * what cannot is given up and listed, and the fenced ids are opened again by records in the log, so that every later start knows
 * that the loss was accepted.
 */
public final class JournalSalvage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /**
     * What one id has lost.
     *
     * @param numbers entries that are gone: holes between the first and the last that are left, and rows whose bytes are gone
     * @param why what fenced it
     */
    public record Loss(PersistenceId id, String why, List<Long> numbers) {}

    /** What was done. */
    public record Report(List<Loss> losses, List<String> atLarge, List<String> actions) {}

    private final List<LogCheck.Damage> damages = new ArrayList<>();
    private final List<String> actions = new ArrayList<>();
    private final Map<String, TreeMap<Long, String>> lost = new TreeMap<>();

    private JournalSalvage() {}

    /** Salvages the stopped store in {@code settings.directory()}. */
    public static Report run(PersistenceSettings settings, JournalEnvironment environment) throws IOException {
        JournalSalvage salvage = new JournalSalvage();
        salvage.mendLog(settings, environment);
        try (LocalJournal journal = LocalJournal.open(settings, environment)) {
            return salvage.open(journal, environment.clock().millis());
        }
    }

    private void mendLog(PersistenceSettings settings, JournalEnvironment environment) throws IOException {
        String time = TIME.format(environment.clock().instant());
        try (StoreFolder folder = StoreFolder.openExisting(settings.directory())) {
            for (Path stream : LogCheck.streams(folder.root().resolve("log"))) {
                LogSalvage.Salvaged salvaged = LogSalvage.run(
                        FolderFiles.in(stream, System::nanoTime), SegmentFiles.logSettings(settings), time);
                damages.addAll(salvaged.before().damages());
                damages.addAll(salvaged.before().accepted());
                actions.addAll(salvaged.actions());
            }
        }
    }

    private Report open(LocalJournal journal, long now) throws IOException {
        OpenStore store = journal.store();
        Fences fences = store.machine().fences();
        dropLostRows(journal, store);
        List<Loss> losses = new ArrayList<>();
        for (Map.Entry<PersistenceId, String> fenced : fences.ids().entrySet()) {
            losses.add(new Loss(fenced.getKey(), fenced.getValue(), numbersLost(store, fenced.getKey())));
            unfence(journal, store, fenced.getKey(), now);
        }
        for (String id : lost.keySet()) {
            if (fences.ids().containsKey(new PersistenceId(id))) continue;
            losses.add(new Loss(
                    new PersistenceId(id),
                    "entries in a damaged part of the log",
                    numbersLost(store, new PersistenceId(id))));
        }
        List<String> atLarge = new ArrayList<>();
        if (fences.everyone() != null) atLarge.add(fences.everyone());
        if (fences.strangers() != null && !atLarge.contains(fences.strangers())) atLarge.add(fences.strangers());
        if (!atLarge.isEmpty()) {
            propose(journal, Proposal.of(RecordKind.SALVAGE_STORE, new PersistenceId(""), 0, 0, 0, now));
        }
        return new Report(losses, atLarge, actions);
    }

    private static void unfence(LocalJournal journal, OpenStore store, PersistenceId id, long now) throws IOException {
        byte[] row = store.tables().get(JournalTable.writer(id));
        WriterState state = row == null ? new WriterState() : WriterState.decode(row);
        propose(journal, Proposal.of(RecordKind.SALVAGE, id, state.epoch, 0, state.highest, now));
    }

    private static void propose(LocalJournal journal, Proposal proposal) throws IOException {
        try {
            WriteAnswer answer = ((CompletableFuture<WriteAnswer>) journal.propose(proposal)).get(1, TimeUnit.MINUTES);
            if (answer != WriteAnswer.APPLIED) throw new IOException("the journal answered " + answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the journal cannot note what was accepted", e);
        }
    }

    /** Rows that point into what is lost go, so that a reader finds nothing instead of damage. */
    private void dropLostRows(LocalJournal journal, OpenStore store) throws IOException {
        if (damages.isEmpty()) return;
        List<byte[]> rows = new ArrayList<>();
        for (int table : new int[] {JournalTable.ENTRIES, JournalTable.SNAPSHOTS}) {
            byte[] prefix = {(byte) table};
            store.tables().scan(prefix, prefix, (address, value) -> {
                if (Arrays.stream(EntryRow.decode(value).positions()).anyMatch(this::inDamage)) {
                    rows.add(address);
                    note(store, address);
                }
                return true;
            });
        }
        new Mover(store, journal.commits(), Long.MAX_VALUE).onApplyingThread(() -> {
            try (var batch = store.tables().batch()) {
                for (byte[] row : rows) batch.delete(row);
                store.tables().write(batch);
            }
        });
    }

    private boolean inDamage(long position) {
        for (LogCheck.Damage damage : damages) {
            if (position >= damage.from().packed() && position < damage.to().packed()) return true;
        }
        return false;
    }

    private void note(OpenStore store, byte[] address) {
        byte[] name = store.tables().get(JournalTable.name(RowKey.writer(address)));
        if (name == null || address[0] != JournalTable.ENTRIES) return;
        lost.computeIfAbsent(JournalTable.id(name).value(), id -> new TreeMap<>())
                .put(RowKey.number(address, 0), "unreadable");
    }

    /** Holes in what is left, and what was dropped just now. */
    private List<Long> numbersLost(OpenStore store, PersistenceId id) {
        TreeMap<Long, String> numbers = lost.getOrDefault(id.value(), new TreeMap<>());
        long writer = store.numbers().of(id);
        byte[] row = store.tables().get(JournalTable.writer(id));
        if (writer == 0 || row == null) return List.copyOf(numbers.keySet());
        WriterState state = WriterState.decode(row);
        long[] expected = {state.trimmed + 1};
        byte[] prefix = RowKey.prefix(JournalTable.ENTRIES, writer);
        store.tables().scan(prefix, JournalTable.entry(writer, state.trimmed + 1), (address, value) -> {
            for (; expected[0] < RowKey.number(address, 0); expected[0]++) numbers.put(expected[0], "missing");
            expected[0] = RowKey.number(address, 0) + 1;
            return true;
        });
        for (; expected[0] <= state.highest; expected[0]++) numbers.put(expected[0], "missing");
        return List.copyOf(numbers.keySet());
    }
}
