package org.escrowmq.persistence.log;

import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import org.escrowmq.persistence.log.SegmentLog.RecordVisitor;

/** The usable segments of a stream and how to open them for one sequential reader. Not thread-safe. */
final class SegmentSource {
    private final LogFiles files;
    private final StreamIdentity identity;
    private final NavigableMap<Integer, SegmentFacts> segments;

    SegmentSource(LogFiles files, StreamIdentity identity, NavigableMap<Integer, SegmentFacts> segments) {
        this.files = files;
        this.identity = identity;
        this.segments = segments;
    }

    NavigableMap<Integer, SegmentFacts> segments() {
        return segments;
    }

    StreamIdentity identity() {
        return identity;
    }

    SegmentView open(SegmentFacts facts) throws IOException {
        return new SegmentView(facts, files.open(facts.fileName()));
    }

    /** Reports the segments from {@code first} to before {@code end} that are missing or cut short. */
    void reportMissing(int first, int end, RecordVisitor visitor) throws IOException {
        for (int number = first; number < end; number++) {
            SegmentFacts facts = segments.get(number);
            if (facts == null) {
                visitor.damage(identity.position(number, 0), identity.position(number + 1, 0), List.of());
            } else if (facts.truncated()) {
                long cut = identity.position(number, (int) facts.fileBytes());
                visitor.damage(cut, identity.position(number, facts.bytes()), List.of());
            }
        }
    }
}
