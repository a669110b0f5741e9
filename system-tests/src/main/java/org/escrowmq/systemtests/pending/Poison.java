package org.escrowmq.systemtests.pending;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Damages a stored message of a server that is down: flips one bit of its body in the log. */
final class Poison {
    private Poison() {}

    /** How often the marker was found, and damaged, in the segments below {@code data}. */
    static int damage(Path data, byte[] marker) throws IOException {
        int damaged = 0;
        List<Path> segments;
        try (Stream<Path> files = Files.walk(data)) {
            segments = files.filter(file -> file.toString().endsWith(".seg")).toList();
        }
        for (Path segment : segments) {
            try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MappedByteBuffer bytes = file.map(FileChannel.MapMode.READ_WRITE, 0, file.size());
                for (int at = 0; at + marker.length <= bytes.capacity(); at++) {
                    if (bytes.get(at) != marker[0]
                            || !bytes.slice(at, marker.length).equals(ByteBuffer.wrap(marker))) continue;
                    bytes.put(at, (byte) (bytes.get(at) ^ 1));
                    damaged++;
                }
                bytes.force();
            }
        }
        return damaged;
    }
}
