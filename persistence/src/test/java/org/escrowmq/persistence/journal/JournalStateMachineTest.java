package org.escrowmq.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.WriteAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the state machine says, by scripts that anybody can read and against a model that cannot be wrong in the same way. */
class JournalStateMachineTest {
    /** Rows of entries that were decided, by writer and number. */
    private final Map<String, EntryRow> rows = new HashMap<>();

    private final Map<PersistenceId, byte[]> states = new HashMap<>();
    private final JournalStateMachine machine = new JournalStateMachine(
            new WriterStates(2, states::get), (writer, number) -> rows.get(writer + "/" + number));

    @Test
    void script() {
        run("""
                # id  command            answer
                a     write 1 1 x        REFUSED
                a     claim              APPLIED epoch=1 highest=0
                a     write 1 1 x        APPLIED
                a     write 1 2 y        APPLIED
                a     write 1 2 y        DUPLICATE
                a     write 1 2 z        REFUSED
                a     write 1 4 z        GAP
                settle
                a     write 1 1 x        DUPLICATE
                a     write 2 3 z        REFUSED
                b     claim              APPLIED epoch=1 highest=0
                c     claim              APPLIED epoch=1 highest=0
                settle
                a     claim              APPLIED epoch=2 highest=2
                a     write 1 3 z        REFUSED
                a     write 1 1 x        REFUSED
                a     write 2 2 y        REFUSED
                a     write 2 3 z        APPLIED
                a     after 2 3 6 w      APPLIED
                a     after 2 3 6 w      DUPLICATE
                a     after 2 4 7 w      REFUSED
                a     write 2 7 v        APPLIED
                a     trim 2 5           APPLIED
                a     trim 2 5           DUPLICATE
                a     trim 1 6           REFUSED
                a     trim 2 100         APPLIED
                a     trim 2 7           DUPLICATE
                settle
                a     delete 1           REFUSED
                a     delete 2           APPLIED
                a     delete 2           DUPLICATE
                a     write 2 8 u        REFUSED
                a     trim 2 8           REFUSED
                a     claim              APPLIED epoch=3 highest=0
                a     write 3 1 new      APPLIED
                settle
                b     write 1 1 b        APPLIED
                """);
        assertEquals(
                4, machine.writers().of(new PersistenceId("a")).number, "a deleted id comes back under a new number");
    }

    @Test
    void aFencedIdIsLeftAlone() {
        machine.fences(Fences.NONE.with(new PersistenceId("a"), "damage"));
        run("""
                a     claim              FENCED
                a     write 1 1 x        FENCED
                b     claim              APPLIED epoch=1 highest=0
                """);
        machine.fences(Fences.NONE.strangers("damage"));
        run("""
                settle
                b     claim              APPLIED epoch=2 highest=0
                d     claim              FENCED
                """);
        machine.fences(machine.fences().everyone("damage"));
        run("""
                b     claim              FENCED
                """);
        Proposal salvage = Proposal.of(RecordKind.SALVAGE_STORE, new PersistenceId(""), 0, 0, 0, 0);
        assertEquals(WriteAnswer.APPLIED, machine.decide(salvage));
        assertTrue(machine.fences().none());
    }

    private void run(String script) {
        for (String line : script.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) continue;
            if (line.strip().equals("settle")) {
                settle();
                continue;
            }
            String[] words = line.strip().split("\\s{2,}");
            assertEquals(words[2], answer(words[0], words[1]), line);
        }
    }

    private String answer(String name, String command) {
        PersistenceId id = new PersistenceId(name);
        String[] words = command.split(" ");
        Proposal proposal = switch (words[0]) {
            case "claim" -> Proposal.claim(id, 0);
            case "write" -> entries(id, number(words[1]), number(words[2]) - 1, number(words[2]), words[3]);
            case "after" -> entries(id, number(words[1]), number(words[2]), number(words[3]), words[4]);
            case "trim" -> Proposal.of(RecordKind.TRIM, id, number(words[1]), 0, number(words[2]), 0);
            case "delete" -> Proposal.of(RecordKind.DELETE, id, number(words[1]), 0, 0, 0);
            default -> throw new IllegalArgumentException(command);
        };
        WriteAnswer answer = decide(proposal);
        WriterState state = machine.writers().of(id);
        boolean claimed = answer == WriteAnswer.APPLIED && words[0].equals("claim");
        return claimed ? answer + " epoch=" + state.epoch + " highest=" + state.highest : answer.toString();
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }

    private static Proposal entries(PersistenceId id, long epoch, long after, long first, String... contents) {
        List<EntryContent> encoded = new ArrayList<>();
        for (String content : contents) {
            ByteBuffer head = ByteBuffer.wrap(content.getBytes());
            encoded.add(EntryContent.of(new JournalEntry(head, List.of(), List.of(), RetentionClass.DAY)));
        }
        return Proposal.entries(id, epoch, after, first, encoded, 0);
    }

    /** Decides, and stores rows right away: the machine must not depend on whether they are there yet. */
    private WriteAnswer decide(Proposal proposal) {
        WriteAnswer answer = machine.decide(proposal);
        WriterState state = machine.writers().of(proposal.id());
        if (answer == WriteAnswer.APPLIED && proposal.kind() == RecordKind.ENTRIES) {
            pending.add(() -> {
                for (int i = 0; i < proposal.contents().size(); i++) {
                    EntryContent content = proposal.contents().get(i);
                    rows.put(
                            state.number + "/" + (proposal.from() + i),
                            new EntryRow(
                                    content.retention(),
                                    proposal.epoch(),
                                    0,
                                    content.checksum(),
                                    content.layout(),
                                    new long[1]));
                }
            });
        }
        return answer;
    }

    private final List<Runnable> pending = new ArrayList<>();

    private void settle() {
        pending.forEach(Runnable::run);
        pending.clear();
        machine.writers().touched().forEach((id, state) -> states.put(id, state.encode()));
        machine.writers().settled();
    }

    /** A writer as simple as can be. */
    private static final class Model {
        long epoch;
        final Map<Long, String> entries = new HashMap<>();
        long highest;
        long trimmed;

        WriteAnswer write(long with, long first, List<String> contents) {
            if (with != epoch || epoch == 0) return WriteAnswer.REFUSED;
            if (first > highest + 1) return WriteAnswer.GAP;
            if (first == highest + 1) {
                for (String content : contents) entries.put(++highest, epoch + content);
                return WriteAnswer.APPLIED;
            }
            for (int i = 0; i < contents.size(); i++) {
                if (!(epoch + contents.get(i)).equals(entries.get(first + i))) return WriteAnswer.REFUSED;
            }
            return WriteAnswer.DUPLICATE;
        }

        WriteAnswer trim(long with, long upTo) {
            if (with != epoch || epoch == 0) return WriteAnswer.REFUSED;
            long to = Math.min(upTo, highest);
            if (to <= trimmed) return WriteAnswer.DUPLICATE;
            trimmed = to;
            return WriteAnswer.APPLIED;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void staleWritersRepeatsAndGaps(long seed) {
        Random random = new Random(seed);
        Map<String, Model> models = new HashMap<>();
        Map<WriteAnswer, Integer> seen = new HashMap<>();
        for (int step = 0; step < 4000; step++) {
            String name = "w" + random.nextInt(5);
            PersistenceId id = new PersistenceId(name);
            Model model = models.computeIfAbsent(name, n -> new Model());
            int choice = random.nextInt(20);
            if (choice == 0) {
                assertEquals(WriteAnswer.APPLIED, decide(Proposal.claim(id, step)));
                model.epoch++;
                assertEquals(model.epoch, machine.writers().of(id).epoch);
            } else if (choice == 1) {
                settle();
            } else if (choice == 2) {
                long upTo = model.highest - random.nextInt(10);
                long epoch = stale(random, model.epoch);
                assertEquals(model.trim(epoch, upTo), decide(Proposal.of(RecordKind.TRIM, id, epoch, 0, upTo, step)));
            } else {
                long first = Math.max(1, model.highest + 1 + offset(random));
                List<String> contents = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(3); i++)
                    contents.add(random.nextInt(8) == 0 ? "other" : "c" + (first + i));
                long epoch = stale(random, model.epoch);
                WriteAnswer expected = model.write(epoch, first, contents);
                WriteAnswer said = decide(entries(id, epoch, first - 1, first, contents.toArray(String[]::new)));
                assertEquals(expected, said, "step " + step);
                seen.merge(said, 1, Integer::sum);
            }
            assertEquals(model.highest, machine.writers().of(id).highest);
        }
        for (WriteAnswer answer :
                List.of(WriteAnswer.APPLIED, WriteAnswer.DUPLICATE, WriteAnswer.REFUSED, WriteAnswer.GAP)) {
            assertTrue(seen.getOrDefault(answer, 0) > 20, answer + " must occur, not only be possible: " + seen);
        }
    }

    private static long stale(Random random, long epoch) {
        return random.nextInt(10) == 0 ? epoch - 1 + random.nextInt(3) : epoch;
    }

    private static long offset(Random random) {
        int choice = random.nextInt(10);
        if (choice < 7) return 0;
        return choice == 7 ? 1 + random.nextInt(3) : -random.nextInt(6);
    }
}
