package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.escrowmq.systemtests.duplicates.DuplicateDropRun;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.Test;

/** The official client sends again what it was not told the truth about. */
class DuplicateDropTest {
    private static DuplicateDropRun.Result run(int sends, boolean restart, boolean dropping) throws Exception {
        Path folder = ServerFolders.create("duplicate-drop");
        DuplicateDropRun.Plan plan = new DuplicateDropRun.Plan(sends, 64, 4, 128, 0.05, restart, dropping, 42);
        DuplicateDropRun.Result result = DuplicateDropRun.run(EscrowServer.homeOfThisTree(), folder, plan, line -> {});
        Folders.remove(folder);
        return result;
    }

    @Test
    void nothingIsStoredTwiceOrMissingWhenAnswersAreLostAndTheServerIsKilled() throws Exception {
        DuplicateDropRun.Result result = run(LongSuite.choose(1_000_000, 2_000), true, true);
        assertEquals(List.of(), result.findings());
        assertEquals(result.sends(), result.stored());
        assertTrue(result.lostAnswers() > result.sends() / 40, result.lostAnswers() + " answers lost");
    }

    /** The test of the test: where the topic keeps duplicates they are seen. */
    @Test
    void duplicatesThatAreKeptAreSeen() throws Exception {
        DuplicateDropRun.Result result = run(500, false, false);
        assertTrue(result.storedTwice() > 5, result.toString());
        assertEquals(0, result.missing());
    }
}
