package org.escrowmq.systemtests.kill;

import java.time.Duration;
import org.escrowmq.systemtests.history.Event;
import org.escrowmq.systemtests.history.HistoryRecorder;
import org.escrowmq.systemtests.process.EscrowServer;
import org.escrowmq.systemtests.process.Folders;

/** One SIGKILL of a server: the size of its data then, in bytes, and from its next start to ready. */
public record RecordedKill(long dataBytes, Duration toReady) {
    /** Kills the server, starts it again on the same data, waits until it is ready, and writes both down. */
    public static RecordedKill of(EscrowServer server, HistoryRecorder recorder) {
        recorder.record(new Event.Crashed(System.nanoTime()));
        server.kill();
        long dataBytes = Folders.bytes(server.data());
        server.startAgain();
        server.awaitReady();
        recorder.record(new Event.Ready(server.process().readyNanos()));
        return new RecordedKill(dataBytes, server.process().timeToReady());
    }
}
