package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.escrowmq.persistence.StoreRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The segment files of a stream, as an opening finds them: {@code usable} ones, and {@code foreign} ones, which carry a
 * good header of another place and are taken for missing.
 *
 * @param highest the greatest number of any segment file, usable or not; -1 without files
 */
record StreamFolder(NavigableMap<Integer, SegmentFacts> usable, Set<Integer> foreign, int highest) {
    /** Looks at the header of every segment. {@code sizeWhenUnknown} is for the one whose header is damaged. */
    static StreamFolder read(LogFiles files, StreamIdentity identity, int sizeWhenUnknown) throws IOException {
        NavigableMap<Integer, SegmentFacts> usable = new TreeMap<>();
        Set<Integer> foreign = new TreeSet<>();
        int highest = -1;
        for (String name : files.list()) {
            int number = SegmentFormat.segmentOf(name);
            if (number < 0) continue;
            highest = Math.max(highest, number);
            SegmentFacts facts = facts(files, name, number, identity, sizeWhenUnknown);
            if (facts == null) foreign.add(number);
            else usable.put(number, facts);
        }
        return new StreamFolder(usable, foreign, highest);
    }

    private static @Nullable SegmentFacts facts(
            LogFiles files, String name, int number, StreamIdentity identity, int sizeWhenUnknown) throws IOException {
        try (LogFile file = files.open(name)) {
            SegmentHeader header = header(file);
            long fileBytes = file.size();
            if (header == null) {
                int bytes = Math.max(sizeWhenUnknown, (int) Math.min(fileBytes, (1 << 28) - 1));
                return new SegmentFacts(number, bytes, fileBytes, true);
            }
            refuseNewerVersion(files.describe(name), header.version());
            if (!header.identity().equals(identity) || header.segment() != number) return null;
            return new SegmentFacts(number, header.bytes(), fileBytes, false);
        }
    }

    static @Nullable SegmentHeader header(LogFile file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(SegmentFormat.SEGMENT_HEADER_BYTES);
        file.read(block, 0);
        return SegmentHeader.decode(block.array());
    }

    static void refuseNewerVersion(String file, int version) throws IOException {
        if (version > SegmentFormat.VERSION) {
            throw new StoreRefusedException(
                    StoreRefusedException.Reason.NEWER_FORMAT,
                    file + " has format version " + version + ", this release reads up to " + SegmentFormat.VERSION
                            + ": start it with the release that wrote it");
        }
    }
}
