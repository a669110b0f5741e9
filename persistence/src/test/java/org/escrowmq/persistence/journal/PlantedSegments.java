package org.escrowmq.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.escrowmq.persistence.log.DiskFullException;
import org.escrowmq.persistence.log.SegmentLog;

/** Real segments whose hot stream dies, or has no room, when a test says so. */
final class PlantedSegments implements JournalEnvironment.Segments {
    /** What happens to the next append. */
    enum Plan {
        NOTHING,
        /** The process dies before anything is written. */
        DIE_BEFORE,
        /** The process dies when the group is durable, before anybody hears of it. */
        DIE_AFTER,
        /** There is no room for another segment. */
        FULL
    }

    private final JournalEnvironment.Segments real;
    /** Counts appends down to the planned one. */
    private int countdown = -1;

    private Plan plan = Plan.NOTHING;
    private boolean dead;

    PlantedSegments(JournalEnvironment.Segments real) {
        this.real = real;
    }

    synchronized void plan(Plan what, int appendsBefore) {
        plan = what;
        countdown = appendsBefore;
    }

    private synchronized Plan next() {
        if (dead) return Plan.DIE_BEFORE;
        if (plan == Plan.NOTHING || countdown-- > 0) return Plan.NOTHING;
        Plan now = plan;
        if (now != Plan.FULL) dead = true;
        return now;
    }

    @Override
    public SegmentLog open(int number, Path folder) throws IOException {
        SegmentLog log = real.open(number, folder);
        return number == Streams.HOT ? new Planted(log) : log;
    }

    private final class Planted implements SegmentLog {
        private final SegmentLog log;

        Planted(SegmentLog log) {
            this.log = log;
        }

        @Override
        public long[] append(List<ByteBuffer[]> records, List<ManifestLine> manifest) throws IOException {
            switch (next()) {
                case NOTHING -> {
                    return log.append(records, manifest);
                }
                case DIE_AFTER -> log.append(records, manifest);
                case FULL ->
                    throw new DiskFullException("planted: no room", new IOException("No space left on device"));
                case DIE_BEFORE -> {}
            }
            throw new IOException("planted: fsync failed");
        }

        @Override
        public void syncHighWater() throws IOException {
            log.syncHighWater();
        }

        @Override
        public ByteBuffer read(long position) throws IOException {
            return log.read(position);
        }

        @Override
        public void scan(long position, RecordVisitor visitor) throws IOException {
            log.scan(position, visitor);
        }

        @Override
        public long durableEnd() {
            return log.durableEnd();
        }

        @Override
        public long firstPosition() {
            return log.firstPosition();
        }

        @Override
        public void dropBefore(long position) throws IOException {
            log.dropBefore(position);
        }

        @Override
        public long freeBytes() throws IOException {
            return log.freeBytes();
        }

        @Override
        public Size size() {
            return log.size();
        }

        @Override
        public void close() throws IOException {
            log.close();
        }
    }
}
