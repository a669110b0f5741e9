package org.escrowmq.persistence.log;

import java.io.IOException;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The least that the segments themselves prove, for the offline tools when the high-water file is gone: the stream begins
 * with its oldest readable segment, and nothing is known of its end.
 */
final class HighWaterGuess {
    private HighWaterGuess() {}

    /** The file's content; without a good slot, the guess, and a note that says so. */
    static HighWater readOrGuess(LogFiles files, List<String> notes) throws IOException {
        String name = files.describe(HighWaterFile.NAME);
        if (files.list().contains(HighWaterFile.NAME)) {
            try (HighWaterFile file = HighWaterFile.open(files)) {
                if (file != null) {
                    if (HighWaterFile.goodSlots(files) == 1) notes.add(name + " has one damaged slot");
                    return file.written();
                }
            }
            notes.add(name + " is damaged in both slots");
        } else {
            notes.add(name + " is missing");
        }
        return guess(files);
    }

    private static HighWater guess(LogFiles files) throws IOException {
        for (int number : files.list().stream()
                .map(SegmentFormat::segmentOf)
                .filter(segment -> segment >= 0)
                .sorted()
                .toList()) {
            try (LogFile file = files.open(SegmentFormat.fileName(number))) {
                SegmentHeader header = StreamFolder.header(file);
                if (header == null || header.segment() != number) continue;
                SegmentFacts facts = new SegmentFacts(number, header.bytes(), file.size(), false);
                return of(header.identity(), new SegmentView(facts, file));
            }
        }
        throw new IOException(files.describe("") + " has neither a good high-water file nor a good segment header");
    }

    private static HighWater of(StreamIdentity identity, SegmentView view) throws IOException {
        long start = identity.position(view.number(), identity.blockBytes());
        HighWater.First first = new HighWater.First(view.number(), 0, 0, start);
        for (int at = identity.blockBytes(); at < view.bytes(); at += identity.blockBytes()) {
            GroupHeader header = GroupHeader.read(view, at, identity, new CRC32C());
            if (header == null) continue;
            first = new HighWater.First(view.number(), header.number(), header.chainBefore(), header.durableEnd());
            break;
        }
        Tail tail = new Tail(first.durableEnd(), first.groups(), first.chain(), ManifestWindow.EMPTY);
        return new HighWater(identity, 0, start, view.bytes(), tail, first);
    }
}
