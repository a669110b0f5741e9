package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.config.ConfigKeys;
import org.escrowmq.ops.config.ServerConfig;
import org.escrowmq.persistence.Journal;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.journal.LocalJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandsTest {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void name() {
        data = folder.resolve("store");
    }

    private Journal open() throws IOException {
        PersistenceSettings settings =
                PersistenceSettings.of(ServerConfig.load(null, Map.of(ConfigKeys.DATA_FOLDER, data.toString()), false)
                        .all());
        return LocalJournal.open(settings, (what, cause) -> {
            throw new IllegalStateException(what, cause);
        });
    }

    private Shell.Ended check(String... more) {
        return Shell.run("journal", "check", "--data", data.toString(), "-o", more.length == 0 ? "table" : more[0]);
    }

    @Test
    void a_sound_store_is_sound_and_needs_no_salvage() throws Exception {
        open().close();
        Shell.Ended ended = check("json");
        assertEquals(0, ended.code(), ended.err());
        assertTrue(ended.out().startsWith("{\"sound\":true,"), ended.out());
        assertTrue(ended.out().contains("\"damages\":[]"), ended.out());
        Shell.Ended salvaged =
                Shell.run("journal", "salvage", "--accept-loss", "--data", data.toString(), "-o", "json");
        assertEquals(0, salvaged.code(), salvaged.err());
        assertTrue(salvaged.out().contains("\"losses\":[]"), salvaged.out());
    }

    @Test
    void salvage_needs_the_word() {
        assertEquals(
                ExitCode.USAGE.code(),
                Shell.run("journal", "salvage", "--data", data.toString()).code());
    }

    @Test
    void the_store_of_a_running_server_is_left_alone() throws Exception {
        try (Journal running = open()) {
            assertTrue(running.status().segments() >= 1);
            Shell.Ended ended = check();
            assertEquals(ExitCode.FOLDER_LOCKED.code(), ended.code(), ended.err());
            assertTrue(ended.err().contains("in use by another Escrow"), ended.err());
        }
    }

    @Test
    void a_newer_format_has_its_own_code() throws Exception {
        open().close();
        Files.writeString(data.resolve("format"), "escrow-store 99\n");
        Shell.Ended ended = check();
        assertEquals(ExitCode.NEWER_FORMAT.code(), ended.code());
        assertTrue(ended.err().contains("use the newer release"), ended.err());
        assertThrows(IOException.class, this::open);
    }

    @Test
    void what_is_no_store_is_told() {
        Shell.Ended ended = check();
        assertEquals(ExitCode.ERROR.code(), ended.code());
        assertTrue(ended.err().contains("There is no data folder"), ended.err());
    }
}
