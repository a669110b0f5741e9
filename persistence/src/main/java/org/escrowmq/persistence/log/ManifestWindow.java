package org.escrowmq.persistence.log;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;

/**
 * Who wrote the newest groups: what the next group header and the high water repeat, so that damage that takes these
 * groups can be put down to somebody. It reaches back over some KiB (a page or two of small groups), and over one group at
 * least. Immutable.
 *
 * @param groups how many groups the lines speak of; 0 when the newest one named nobody
 */
record ManifestWindow(List<Part> parts, int groups, int bytes, int lineCount) {
    static final ManifestWindow EMPTY = new ManifestWindow(List.of(), 0, 0, 0);

    private static final int BYTES_MAX = 8 << 10;
    private static final int LINES_MAX = 128;

    private record Part(int groups, int bytes, List<ManifestLine> lines) {}

    /** The window of a header that was read. */
    static ManifestWindow of(int groups, List<ManifestLine> lines) {
        return groups == 0 || lines.isEmpty() ? EMPTY : EMPTY.plus(groups, BYTES_MAX, lines);
    }

    /** The window after one more group of {@code groupBytes}. */
    ManifestWindow plus(int groupBytes, List<ManifestLine> lines) {
        return lines.isEmpty() ? EMPTY : plus(1, groupBytes, List.copyOf(lines));
    }

    private ManifestWindow plus(int moreGroups, int moreBytes, List<ManifestLine> lines) {
        int keptGroups = moreGroups;
        int keptBytes = moreBytes;
        int keptLines = lines.size();
        int from = parts.size();
        while (from > 0) {
            Part part = parts.get(from - 1);
            if (keptBytes + part.bytes > BYTES_MAX || keptLines + part.lines.size() > LINES_MAX) break;
            from--;
            keptGroups += part.groups;
            keptBytes += part.bytes;
            keptLines += part.lines.size();
        }
        List<Part> kept = new ArrayList<>(parts.size() - from + 1);
        kept.addAll(parts.subList(from, parts.size()));
        kept.add(new Part(moreGroups, moreBytes, lines));
        return new ManifestWindow(kept, keptGroups, keptBytes, keptLines);
    }

    /** All lines, oldest first. A writer may stand there more than once. */
    List<ManifestLine> lines() {
        List<ManifestLine> all = new ArrayList<>(lineCount);
        for (Part part : parts) all.addAll(part.lines);
        return all;
    }
}
