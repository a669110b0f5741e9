package org.escrowmq.systemtests.assembled;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where servers of tests keep data and logs: below the build, so that a failed run can be looked at. Who creates one removes it. */
final class ServerFolders {
    private ServerFolders() {}

    static Path create(String name) {
        try {
            Path parent =
                    Files.createDirectories(Path.of(System.getProperty("escrow.systest.logs", "target/server-logs")));
            return Files.createTempDirectory(parent, name + "-").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
