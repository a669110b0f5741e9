package org.escrowmq.persistence.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;

/** A visitor that keeps what it is told. Payloads are texts. */
final class Recording implements RecordVisitor {
    /** A reported range. */
    record Range(long from, long to, List<ManifestLine> suspects) {}

    final Map<Long, String> records = new TreeMap<>();
    final List<Range> damages = new ArrayList<>();
    final List<Range> accepted = new ArrayList<>();

    @Override
    public void record(long position, ByteBuffer payload) {
        records.put(position, text(payload));
    }

    @Override
    public void damage(long from, long to, List<ManifestLine> suspects) {
        damages.add(new Range(from, to, suspects));
    }

    @Override
    public void acceptedLoss(long from, long to, List<ManifestLine> suspects) {
        accepted.add(new Range(from, to, suspects));
    }

    List<String> texts() {
        return List.copyOf(records.values());
    }

    /** Whether the loss of something that {@code writer} wrote is covered by what was reported. */
    boolean accuses(long writer) {
        return damages.stream()
                .anyMatch(damage -> damage.suspects.isEmpty()
                        || damage.suspects.stream().anyMatch(line -> line.writer() == writer));
    }

    /** The same records at the same places; says briefly where not. */
    void assertSameRecords(String what, Recording other) {
        records.forEach((position, text) -> assertTrue(
                text.equals(other.records.get(position)), () -> what + ": differs at " + new LogPosition(position)));
        for (long position : other.records.keySet()) {
            assertTrue(records.containsKey(position), () -> what + ": more at " + new LogPosition(position));
        }
    }

    static String text(ByteBuffer payload) {
        return StandardCharsets.ISO_8859_1.decode(payload.duplicate()).toString();
    }
}
