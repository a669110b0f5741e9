package org.escrowmq.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each script and compares every reply. */
class QueueScriptTest {
    static Stream<String> scripts() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(QueueScriptTest.class.getResource("/scripts"));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.txt"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void everyReplyIsAsWritten(String name) throws IOException, URISyntaxException {
        URL file = Objects.requireNonNull(QueueScriptTest.class.getResource("/scripts/" + name));
        List<String> lines = Files.readAllLines(Path.of(file.toURI()));
        QueueScript script = new QueueScript();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).trim();
            if (line.isEmpty() || line.startsWith("#")) continue;
            String[] parts = line.split(" +-> ", 2);
            assertEquals(
                    parts.length > 1 ? parts[1] : "", script.run(parts[0]), name + " line " + (i + 1) + ": " + line);
        }
    }
}
