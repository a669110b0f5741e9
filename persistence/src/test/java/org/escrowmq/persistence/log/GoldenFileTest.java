package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Format version 1 stays what it is: its files are read, and written the same, by every later release. */
class GoldenFileTest {
    private static final List<String> NAMES = List.of("00000000.seg", "00000001.seg", "high-water");
    private static final List<List<String>> GROUPS = List.of(
            List.of("first", "", "third record of the first group"),
            List.of("x".repeat(3000)),
            List.of("y".repeat(3000)),
            List.of("in the second segment", "z".repeat(1000)));

    private static Map<String, byte[]> write() throws IOException {
        SimulatedFiles files = new SimulatedFiles();
        try (FileSegmentLog log = TestLog.open(files, new Recording())) {
            long writer = 100;
            for (List<String> group : GROUPS) TestLog.append(log, writer++, 7, group.toArray(String[]::new));
        }
        return files.image();
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenFileTest.class.getResourceAsStream("/log-format-1/" + name + ".gz")) {
            if (in == null) throw new IOException("no golden file for " + name);
            return new GZIPInputStream(in).readAllBytes();
        }
    }

    @Test
    void isRead() throws IOException {
        Map<String, byte[]> image = new TreeMap<>();
        for (String name : NAMES) image.put(name, golden(name));
        Recording recording = new Recording();
        TestLog.open(SimulatedFiles.restored(image), recording).close();
        assertEquals(GROUPS.stream().flatMap(List::stream).toList(), recording.texts());
        assertEquals(List.of(), recording.damages);
    }

    @Test
    void isWritten() throws IOException {
        Map<String, byte[]> image = write();
        for (String name : NAMES) assertArrayEquals(golden(name), image.get(name), name);
    }

    /** Writes the golden files of a new format version into the folder that is given. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, byte[]> file : write().entrySet()) {
            if (!NAMES.contains(file.getKey())) continue;
            try (GZIPOutputStream out =
                    new GZIPOutputStream(Files.newOutputStream(folder.resolve(file.getKey() + ".gz")))) {
                out.write(file.getValue());
            }
        }
    }
}
