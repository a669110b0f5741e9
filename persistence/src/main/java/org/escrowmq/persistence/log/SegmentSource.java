package org.escrowmq.persistence.log;

import java.io.IOException;
import java.util.NavigableMap;

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
}
