package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;

/** Small logs over {@link SimulatedFiles}: everything happens in the calling thread. */
final class TestLog {
    static final long LOG_ID = 0x1122334455667788L;
    static final LogSettings TINY = new LogSettings(8 << 10, 512, 4096, 6000, 2);

    private TestLog() {}

    static FileSegmentLog open(LogFiles files, Recording recording) throws IOException {
        return open(files, TINY, -1, recording);
    }

    static FileSegmentLog open(LogFiles files, LogSettings settings, long from, Recording recording)
            throws IOException {
        return FileSegmentLog.open(files, 0, settings, from, recording, Runnable::run, LOG_ID);
    }

    /** Appends one group by one writer. */
    static long[] append(SegmentLog log, long writer, long number, String... payloads) throws IOException {
        List<ByteBuffer[]> records = Arrays.stream(payloads)
                .map(text -> new ByteBuffer[] {bytes(text)})
                .toList();
        return log.append(records, List.of(new ManifestLine(writer, number)));
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
