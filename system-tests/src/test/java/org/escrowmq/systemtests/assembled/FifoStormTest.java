package org.escrowmq.systemtests.assembled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;
import org.escrowmq.systemtests.storm.StormRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order in each message group, while the server is killed, consumers are replaced and listeners fail. */
class FifoStormTest {
    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void orderSurvivesKillsRestartsAndFailures() throws Exception {
        Path folder = ServerFolders.create("storm");
        StormRun.Plan plan = LongSuite.on()
                ? new StormRun.Plan(10_000, 8, 8, 20, 2000, 0.002, 20261126, true)
                : new StormRun.Plan(200, 8, 2, 1, 200, 0.01, 20261126, true);
        StormRun.Result result = new StormRun(EscrowServer.homeOfThisTree(), folder, plan, System.out::println).run();
        assertEquals(List.of(), result.violations());
        assertEquals(plan.kills(), result.kills().size());
        assertTrue(result.consumerRestarts() > 0, "no consumer was replaced");
        assertTrue(result.count(Event.Failed.class) > 0, "no listener failed");
        assertTrue(result.count(Event.SendOk.class) > 500, "acknowledged: " + result.count(Event.SendOk.class));
        Folders.remove(folder);
    }
}
