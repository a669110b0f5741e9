package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.BackupRequest;
import org.escrowmq.admin.v1.BackupResponse;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DescribeNodeRequest;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.NodeDetail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCallsTest {
    @TempDir
    Path folder;

    private static CompletionStage<BackupResponse> backup(OpenAdminPort port, String directory) {
        return port.client.backup(
                BackupRequest.newBuilder().setDirectory(directory).build());
    }

    @Test
    void theNodeDescribesItself() {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            await(port.client.createTopic(
                    CreateTopicRequest.newBuilder().setName("t").build()));
            NodeDetail node = await(port.client.describeNode(DescribeNodeRequest.getDefaultInstance()));
            assertEquals("1.2.3", node.getVersion());
            assertEquals("/data/escrow", node.getDataDirectory());
            assertTrue(node.getReady());
            assertTrue(node.getStartedEpochMillis() > MemoryCatalogue.CREATED);
            assertEquals(FiledJournal.STATUS.entriesWritten(), node.getEntriesWritten());
            assertEquals(FiledJournal.STATUS.freeBytes(), node.getFreeBytes());
            assertTrue(node.getAcceptsBodies());
            assertEquals(1, node.getTopics());
        }
    }

    @Test
    void aStartingNodeDescribesItselfAndRefusesTheRest() {
        try (OpenAdminPort port = OpenAdminPort.over(MemoryBroker.starting())) {
            assertFalse(await(port.client.describeNode(DescribeNodeRequest.getDefaultInstance()))
                    .getReady());
            assertRefused(
                    Status.Code.UNAVAILABLE,
                    "the node is starting",
                    port.client.listTopics(ListTopicsRequest.getDefaultInstance()));
            port.broker.ready.complete(null);
            assertEquals(
                    0,
                    await(port.client.listTopics(ListTopicsRequest.getDefaultInstance()))
                            .getTopicsCount());
        }
    }

    @Test
    void aBackupGoesIntoAnAbsentOrEmptyDirectory() throws IOException {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            Path target = folder.resolve("absent");
            BackupResponse response = await(backup(port, target.toString()));
            assertEquals(FiledJournal.BACKUP_BYTES, response.getBytes());
            assertEquals(target.toString(), response.getDirectory());
            assertTrue(Files.exists(target.resolve("segment-1")));
            assertEquals(
                    FiledJournal.BACKUP_BYTES,
                    await(backup(
                                    port,
                                    Files.createDirectory(folder.resolve("empty"))
                                            .toString()))
                            .getBytes());
            assertRefused(Status.Code.FAILED_PRECONDITION, "is not empty", backup(port, target.toString()));
        }
    }

    @Test
    void aBackupElsewhereIsRefused() throws IOException {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            assertRefused(Status.Code.INVALID_ARGUMENT, "absolute path", backup(port, "relative/place"));
            assertRefused(Status.Code.INVALID_ARGUMENT, "absolute path", backup(port, ""));
            assertRefused(Status.Code.INVALID_ARGUMENT, "is not a path", backup(port, "/a\u0000b"));
            Path file = Files.writeString(folder.resolve("file"), "x");
            assertRefused(Status.Code.FAILED_PRECONDITION, "is not a directory", backup(port, file.toString()));
            assertRefused(
                    Status.Code.FAILED_PRECONDITION,
                    "failed",
                    backup(port, file.resolve("below").toString()));
        }
    }

    @Test
    void oneBackupRunsAtATime() {
        try (OpenAdminPort port = OpenAdminPort.serving()) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            port.broker.journal.backupGate = gate;
            CompletionStage<BackupResponse> first =
                    backup(port, folder.resolve("first").toString());
            OpenAdminPort.await(port.broker.journal.backupAsked);
            assertRefused(
                    Status.Code.FAILED_PRECONDITION,
                    "a backup is running",
                    backup(port, folder.resolve("second").toString()));
            gate.complete(null);
            await(first);
            await(backup(port, folder.resolve("third").toString()));
        }
    }
}
