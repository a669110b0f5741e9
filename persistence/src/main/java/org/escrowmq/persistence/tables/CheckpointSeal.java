package org.escrowmq.persistence.tables;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The file {@code CHECKPOINT} of a checkpoint folder: every other file with its size and CRC32C, and a line that covers the
 * lines before it. A folder is good when the seal is whole and every file agrees with it. See docs/formats/checkpoint.md.
 */
record CheckpointSeal(Map<String, Sealed> files) {
    static final String NAME = "CHECKPOINT";
    private static final String HEAD = "escrow-checkpoint 1";

    /** Size in bytes and CRC32C of one file. */
    record Sealed(long bytes, int checksum) {}

    /** Measures a folder. {@code known} holds what was measured before of files that never change. */
    static CheckpointSeal measure(Path folder, Map<String, Sealed> known) throws IOException {
        Map<String, Sealed> files = new TreeMap<>();
        for (Path file : Folders.files(folder)) {
            String name = file.getFileName().toString();
            if (name.equals(NAME)) continue;
            Sealed before = known.get(name);
            long bytes = Files.size(file);
            boolean same = before != null && before.bytes() == bytes && Checkpoints.neverChanges(name);
            files.put(name, same ? before : new Sealed(bytes, Folders.checksum(file)));
        }
        return new CheckpointSeal(files);
    }

    void write(Path folder) throws IOException {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        files.forEach((name, file) -> text.append(hex(file.checksum()))
                .append(' ')
                .append(file.bytes())
                .append(' ')
                .append(name)
                .append('\n'));
        String end = "end " + hex(checksum(text.toString())) + "\n";
        text.append(end);
        Files.writeString(folder.resolve(NAME), text, StandardCharsets.UTF_8);
    }

    static CheckpointSeal read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new DamagedCheckpointException(folder + " has no seal", e);
        }
        int end = text.lastIndexOf("end ");
        if (!text.startsWith(HEAD + "\n")
                || end < 0
                || !text.substring(end).equals("end " + hex(checksum(text.substring(0, end))) + "\n")) {
            throw new DamagedCheckpointException(file + " is damaged");
        }
        Map<String, Sealed> files = new TreeMap<>();
        text.substring(0, end).lines().skip(1).forEach(line -> {
            String[] words = line.split(" ", 3);
            files.put(words[2], new Sealed(Long.parseLong(words[1]), Integer.parseUnsignedInt(words[0], 16)));
        });
        return new CheckpointSeal(files);
    }

    /** Compares the folder with the seal. */
    void verify(Path folder) throws IOException {
        for (Map.Entry<String, Sealed> sealed : files.entrySet()) {
            Path file = folder.resolve(sealed.getKey());
            if (!Files.isRegularFile(file)) throw new DamagedCheckpointException(file + " is missing");
            long bytes = Files.size(file);
            if (bytes != sealed.getValue().bytes()) {
                throw new DamagedCheckpointException(file + " has " + bytes + " bytes instead of "
                        + sealed.getValue().bytes());
            }
            if (Folders.checksum(file) != sealed.getValue().checksum()) {
                throw new DamagedCheckpointException(file + " does not match its checksum");
            }
        }
    }

    private static int checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return (int) crc.getValue();
    }

    private static String hex(int value) {
        return String.format("%08x", value);
    }
}
