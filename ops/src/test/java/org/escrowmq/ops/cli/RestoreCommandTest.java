package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreCommandTest {
    @TempDir
    Path folder;

    private Path backup;

    @BeforeEach
    void backup() throws IOException {
        backup = Files.createDirectories(folder.resolve("backup"));
        Files.createDirectories(backup.resolve("log/inner"));
        Files.writeString(backup.resolve("log/inner/segment"), "abc");
        Files.writeString(backup.resolve("identity"), "1");
    }

    private Ended restore(Path from, Path to) {
        return Shell.run("restore", from.toString(), "--data", to.toString());
    }

    @Test
    void a_backup_becomes_a_data_folder() throws IOException {
        Path data = folder.resolve("new/data");
        Ended ended = restore(backup, data);
        assertEquals(0, ended.code(), ended.err());
        assertEquals("restored 4 bytes into " + data, ended.out());
        assertEquals("abc", Files.readString(data.resolve("log/inner/segment")));
        try (Stream<Path> beside = Files.list(data.getParent())) {
            assertEquals(1, beside.count(), "something was left beside the data folder");
        }
    }

    @Test
    void an_empty_folder_may_be_there_already() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        assertEquals(0, restore(backup, data).code());
        assertTrue(Files.exists(data.resolve("identity")));
    }

    @Test
    void data_is_never_overwritten() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("precious"), "x");
        Ended ended = restore(backup, data);
        assertEquals(ExitCode.REFUSED.code(), ended.code());
        assertTrue(ended.err().contains("never overwrites"), ended.err());
        assertEquals("x", Files.readString(data.resolve("precious")));
    }

    @Test
    void what_is_no_backup_is_refused() throws IOException {
        assertEquals(
                ExitCode.NOT_FOUND.code(),
                restore(folder.resolve("absent"), folder.resolve("data")).code());
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertEquals(
                ExitCode.REFUSED.code(), restore(empty, folder.resolve("data")).code());
        assertEquals(
                ExitCode.USAGE.code(), restore(backup, backup.resolve("data")).code());
    }
}
