package org.escrowmq.ops.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("escrow.conf"), text);
    }

    private String refusal(String text) throws IOException {
        Path file = file(text);
        Failure failure = assertThrows(Failure.class, () -> ServerConfig.load(file, Map.of(), false));
        assertEquals(ExitCode.CONFIGURATION, failure.exitCode());
        return failure.text();
    }

    @Test
    void all_defaults_of_this_module() {
        ServerConfig config = ServerConfig.load(null, Map.of(), false);
        assertEquals(LogSettings.Format.TEXT, config.log().format());
        assertEquals(LogSettings.Level.INFO, config.log().level());
        assertEquals(Duration.ofSeconds(1), config.warmUp());
        assertEquals(Duration.ofSeconds(30), config.stopTimeout());
        assertEquals(Map.of(), config.given());
    }

    @Test
    void the_file_wins_over_the_defaults_and_the_command_line_over_the_file() throws IOException {
        Path file = file("escrow.ops { log.level = debug, warm-up = 3s }");
        ServerConfig config = ServerConfig.load(file, Map.of("escrow.ops.log.level", "warn"), false);
        assertEquals(LogSettings.Level.WARN, config.log().level());
        assertEquals(Duration.ofSeconds(3), config.warmUp());
        assertEquals("warn", config.given().get("escrow.ops.log.level"));
    }

    @Test
    void an_unknown_key_is_refused_with_its_place_and_the_nearest_one() throws IOException {
        String text = refusal("escrow.ops {\n  log.levl = debug\n}\n");
        assertTrue(text.contains("escrow.conf:2: unknown key escrow.ops.log.levl"), text);
        assertTrue(text.contains("Did you mean escrow.ops.log.level?"), text);
    }

    @Test
    void all_problems_are_told_at_once() throws IOException {
        String text = refusal(
                "escrow.ops.wurm-up = 1s\nescrow.ops.log = text\nescrow.ops.stop-timeout { a = 1 }\nescro.ops = {}\n");
        assertTrue(text.contains("Did you mean escrow.ops.warm-up?"), text);
        assertTrue(text.contains("escrow.ops.log is a section, not a value"), text);
        assertTrue(text.contains("escrow.ops.stop-timeout is a value, not a section"), text);
        assertTrue(text.contains("unknown key escro. Did you mean escrow?"), text);
    }

    @Test
    void keys_of_the_libraries_below_pass() throws IOException {
        ServerConfig config = ServerConfig.load(file("pekko.loglevel = WARNING"), Map.of(), false);
        assertEquals("WARNING", config.all().getString("pekko.loglevel"));
    }

    @Test
    void wrong_values_and_wrong_syntax_are_refused() throws IOException {
        assertTrue(refusal("escrow.ops.log.level = loud").contains("one of error, warn, info, debug is expected"));
        assertTrue(refusal("escrow.ops.warm-up = soon").contains("escrow.ops.warm-up"));
        assertTrue(refusal("escrow.ops {").contains("cannot be read"));
    }

    @Test
    void a_missing_file_is_refused() {
        Failure failure =
                assertThrows(Failure.class, () -> ServerConfig.load(folder.resolve("absent.conf"), Map.of(), false));
        assertEquals(ExitCode.CONFIGURATION, failure.exitCode());
        assertTrue(failure.text().contains("absent.conf"), failure.text());
    }

    @Test
    void secrets_are_not_shown() throws IOException {
        assertEquals(
                "***",
                ServerConfig.shown(Map.entry(
                        "escrow.api.admin.tls.key-password",
                        com.typesafe.config.ConfigValueFactory.fromAnyRef("hunter2"))));
    }
}
