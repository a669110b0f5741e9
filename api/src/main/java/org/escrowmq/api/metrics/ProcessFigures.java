package org.escrowmq.api.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What the kernel says of this process. Empty where there is no {@code /proc} (every system but Linux). */
final class ProcessFigures {
    private final Map<String, Long> values;

    private ProcessFigures(Map<String, Long> values) {
        this.values = values;
    }

    /** Reads {@code /proc/self/status}. */
    static ProcessFigures read() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) return new ProcessFigures(Map.of());
        try {
            return parse(Files.readString(status, StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return new ProcessFigures(Map.of());
        }
    }

    /** Parses the text of such a file: lines of {@code Name: value} or {@code Name: value kB}. */
    static ProcessFigures parse(String text) {
        Map<String, Long> values = new HashMap<>();
        for (String line : text.split("\n")) {
            String[] words = line.split("\\s+");
            if (words.length < 2 || !words[1].matches("[0-9]{1,15}")) continue;
            long unit = words.length > 2 && words[2].equals("kB") ? 1_024 : 1;
            values.put(words[0].replace(":", ""), Long.parseLong(words[1]) * unit);
        }
        return new ProcessFigures(values);
    }

    /** All resident memory, bytes. */
    OptionalLong residentBytes() {
        return value("VmRSS");
    }

    /** Resident memory that is not backed by a file, bytes. */
    OptionalLong anonymousBytes() {
        OptionalLong anonymous = value("RssAnon");
        OptionalLong shared = value("RssShmem");
        return anonymous.isPresent() && shared.isPresent()
                ? OptionalLong.of(anonymous.getAsLong() + shared.getAsLong())
                : OptionalLong.empty();
    }

    /** Threads of the process, native ones included. */
    OptionalLong threads() {
        return value("Threads");
    }

    private OptionalLong value(String name) {
        Long value = values.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
