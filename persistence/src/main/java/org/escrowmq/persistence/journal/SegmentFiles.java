package org.escrowmq.persistence.journal;

import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.log.FileSegmentLog;
import org.escrowmq.persistence.log.FolderFiles;
import org.escrowmq.persistence.log.LogSettings;
import org.escrowmq.persistence.log.SegmentLog;

/** Streams of segments in real folders. */
final class SegmentFiles {
    /** What opening finds is looked at later, when it is known where the tables end. */
    private static final SegmentLog.RecordVisitor LATER = new SegmentLog.RecordVisitor() {
        @Override
        public void record(long position, ByteBuffer payload) {}

        @Override
        public void damage(long from, long to, List<SegmentLog.ManifestLine> suspects) {}
    };

    private SegmentFiles() {}

    static JournalEnvironment.Segments of(PersistenceSettings settings) {
        LogSettings log = logSettings(settings);
        return (number, folder) ->
                FileSegmentLog.open(FolderFiles.in(folder, System::nanoTime), number, log, Long.MAX_VALUE, LATER);
    }

    static LogSettings logSettings(PersistenceSettings settings) {
        LogSettings usual = LogSettings.defaults();
        int segment = Math.toIntExact(settings.segmentBytes() / usual.blockBytes() * usual.blockBytes());
        int group = Math.min(usual.groupBytesMax(), segment - usual.blockBytes());
        return new LogSettings(
                segment, usual.blockBytes(), Math.min(usual.recordBytesMax(), group), group, usual.openFilesMax());
    }
}
