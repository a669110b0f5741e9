package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.delay.Outcome;
import org.escrowmq.systemtests.delay.PendingDelaysRun;
import org.escrowmq.systemtests.delay.RecallRaceRun;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Very many delayed messages, and recalls that race with their time; what may never be, and no times. */
@Isolated("they need the machine for themselves")
class DelayRunsTest {
    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void whatWaitsSurvivesAKillAndWhatIsDueComesOnce() throws Exception {
        Path folder = ServerFolders.create("pending-delays");
        PendingDelaysRun.Plan plan = new PendingDelaysRun.Plan(
                LongSuite.choose(10_000_000, 200_000),
                LongSuite.choose(10_000, 1_000),
                8,
                16,
                64,
                20261126,
                LongSuite.on());
        Outcome outcome = PendingDelaysRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.out::println);
        assertEquals(List.of(), outcome.findings());
        Folders.remove(folder);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void everyAnswerToARecallIsTrue() throws Exception {
        Path folder = ServerFolders.create("recall-race");
        RecallRaceRun.Plan plan = new RecallRaceRun.Plan(
                LongSuite.choose(1_000_000, 10_000), LongSuite.choose(3_000, 1_000), 20, 8, 4, 20261126);
        Outcome outcome = RecallRaceRun.run(EscrowServer.homeOfThisTree(), folder, plan, System.out::println);
        assertEquals(List.of(), outcome.findings());
        Folders.remove(folder);
    }
}
