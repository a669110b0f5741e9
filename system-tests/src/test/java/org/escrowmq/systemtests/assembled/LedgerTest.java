package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.ledger.LedgerRun;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both or neither: what is delivered is what the services' database has committed, whoever is killed when. */
class LedgerTest {
    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void whatIsDeliveredIsWhatWasCommitted() throws Exception {
        Path folder = ServerFolders.create("ledger");
        int rows = LongSuite.choose(100_000, 10_000);
        LedgerRun.Result result =
                new LedgerRun(EscrowServer.homeOfThisTree(), folder, rows, 20261126, System.out::println).run();
        assertEquals(List.of(), result.violations());
        assertTrue(result.committed() > rows / 4, "committed: " + result.committed());
        assertTrue(result.serverKills() > 0, "the server was never killed");
        assertTrue(!result.halts().isEmpty(), "no producer halted");
        Folders.remove(folder);
    }
}
