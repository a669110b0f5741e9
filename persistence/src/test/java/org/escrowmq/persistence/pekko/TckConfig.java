package org.escrowmq.persistence.pekko;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.escrowmq.persistence.tables.Folders;

/** A configuration of an actor system on a store in a folder of its own. */
final class TckConfig {
    private TckConfig() {}

    static Config fresh() {
        try {
            return at(Files.createTempDirectory("escrow-store"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Config at(Path folder) {
        return ConfigFactory.parseString("""
                pekko.persistence.journal.plugin = "escrow.persistence.pekko-journal"
                pekko.persistence.snapshot-store.plugin = "escrow.persistence.pekko-snapshots"
                pekko.loglevel = "WARNING"
                pekko.actor.warn-about-java-serializer-usage = off
                pekko.actor.allow-java-serialization = on
                escrow.persistence.segment-bytes = 16m
                escrow.persistence.min-free-bytes = 1m
                escrow.persistence.resume-free-bytes = 2m
                escrow.persistence.directory = "%s"
                """.formatted(folder)).withFallback(ConfigFactory.load());
    }

    static void remove(Config config) {
        try {
            Folders.remove(Path.of(config.getString("escrow.persistence.directory")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
