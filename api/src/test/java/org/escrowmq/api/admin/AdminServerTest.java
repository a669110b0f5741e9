package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.BackupRequest;
import org.escrowmq.admin.v1.BackupResponse;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminServerTest {
    @TempDir
    Path folder;

    @Test
    void aTakenPortFailsTheStart() {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            AdminSettings same = OpenAdminPort.settings("port = " + port.server.port());
            CompletionException refused =
                    assertThrows(CompletionException.class, () -> await(AdminServer.start(port.broker, same)));
            assertTrue(refused.getMessage().contains("Bind failed"), refused.getMessage());
        }
    }

    @Test
    void aStopLetsOpenCallsEndAndClosesThePort() throws Exception {
        OpenAdminPort port = OpenAdminPort.serving();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        port.broker.journal.backupGate = gate;
        CompletionStage<BackupResponse> open = port.client.backup(BackupRequest.newBuilder()
                .setDirectory(folder.resolve("open").toString())
                .build());
        await(port.broker.journal.backupAsked);
        CompletionStage<Void> stop = port.server.stop();
        gate.complete(null);
        assertEquals(FiledJournal.BACKUP_BYTES, await(open).getBytes());
        await(stop);
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port.server.port()).close());
        port.close();
    }

    @Test
    void callsBeyondTheBoundAreRefused() {
        try (OpenAdminPort port = OpenAdminPort.with("calls-max = 1")) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            port.broker.journal.backupGate = gate;
            CompletionStage<BackupResponse> open = port.client.backup(BackupRequest.newBuilder()
                    .setDirectory(folder.resolve("only").toString())
                    .build());
            await(port.broker.journal.backupAsked);
            assertRefused(
                    Status.Code.RESOURCE_EXHAUSTED,
                    "1 calls are being worked on (escrow.api.admin.calls-max)",
                    port.client.listTopics(ListTopicsRequest.getDefaultInstance()));
            gate.complete(null);
            await(open);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "port = 65536; escrow.api.admin.port is 65536, but it must be 0 to 65535",
                "host = \" \"; escrow.api.admin.host",
                "calls-max = 0; escrow.api.admin.calls-max is 0, but it must be 1 to 1000",
                "call-timeout = 0 s; escrow.api.admin.call-timeout is PT0S",
                "metrics.lag-topics-max = 0; escrow.api.admin.metrics.lag-topics-max is 0",
            })
    void settingsOutOfRangeFailTheStart(String keys, String words) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> OpenAdminPort.settings(keys));
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @Test
    void theDefaultsAreThese() {
        AdminSettings defaults = OpenAdminPort.settings("");
        assertEquals(
                "AdminSettings[host=127.0.0.1, port=8082, connectionsMax=128, streamsMax=100, callsMax=32,"
                        + " requestBytesMax=5242880, replyBytesMax=5242880, callTimeout=PT20S, idleTimeout=PT1M,"
                        + " stopTimeout=PT5S, webOrigins=[], version=1.2.3, dataDirectory=/data/escrow,"
                        + " metrics=MetricsSettings[cluster=DefaultCluster, nodeId=escrow, lagTopicsMax=500,"
                        + " lagTopicsShownMax=10000, lagTimeout=PT2S, lagRefresh=PT5M]]",
                defaults.toString());
        assertEquals(1, defaults.withPort(1).port());
    }
}
