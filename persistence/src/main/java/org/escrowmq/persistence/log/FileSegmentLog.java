package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A stream of segment files; docs/formats/segment.md and high-water.md have the layout. {@link #append} and
 * {@link #syncHighWater} belong to one thread; everything else may be called from any. The caller holds the lock of the
 * data folder: two logs on one folder destroy each other.
 */
public final class FileSegmentLog implements SegmentLog {
    private final LogFiles files;
    private final LogSettings settings;
    private final StreamIdentity identity;
    private final HighWaterFile highWater;
    private final ConcurrentNavigableMap<Integer, SegmentFacts> segments;
    private final List<String> repairs;
    private final GroupEncoder encoder;
    private final SegmentPreparer preparer;
    private final ReadFiles readFiles;
    private final RecordReader reader;
    private volatile Tail tail;
    private volatile @Nullable IOException failure;
    private volatile int currentSegment;
    private @Nullable LogFile file;
    private int segmentBytes;
    private int offset;
    private int nextSegment;
    private long groupsInHighWater;
    private volatile boolean closed;

    private FileSegmentLog(
            LogFiles files, LogSettings settings, Opening opening, Opening.Place place, Executor background)
            throws IOException {
        this.files = files;
        this.settings = settings;
        this.highWater = opening.highWaterFile();
        this.identity = highWater.written().identity();
        this.segments = new ConcurrentSkipListMap<>(opening.segments());
        this.repairs = List.copyOf(opening.repairs());
        this.encoder = new GroupEncoder(identity, settings);
        this.preparer = new SegmentPreparer(files, identity, background);
        this.readFiles = new ReadFiles(files, settings.openFilesMax());
        this.reader = new RecordReader(files, readFiles, identity);
        this.tail = place.tail();
        this.nextSegment = place.nextSegment();
        this.currentSegment = -1;
        SegmentFacts current = place.current();
        if (current != null) {
            file = files.open(current.fileName());
            currentSegment = current.number();
            segmentBytes = current.bytes();
            offset = place.offset();
        }
        groupsInHighWater = -1;
    }

    /**
     * Opens or creates the stream in {@code files}, cuts a torn tail, and hands the records from {@code from} on to the
     * visitor (see {@link #scan}; a checkpoint's position, or negative for all). Damage is reported, not mended: the
     * log then goes on behind it, and every later opening reports it again.
     *
     * @throws IOException also when the high-water file is unusable although there are segments; the text says what to do
     */
    public static FileSegmentLog open(
            LogFiles files, int stream, LogSettings settings, long from, RecordVisitor visitor) throws IOException {
        Executor background = task -> {
            Thread thread = new Thread(task, "escrow-log-prepare-" + stream);
            thread.setDaemon(true);
            thread.start();
        };
        return open(files, stream, settings, from, visitor, background, new SecureRandom().nextLong());
    }

    static FileSegmentLog open(
            LogFiles files,
            int stream,
            LogSettings settings,
            long from,
            RecordVisitor visitor,
            Executor background,
            long newLogId)
            throws IOException {
        if (stream < 0 || stream > 127) throw new IllegalArgumentException("a stream is 0 to 127, got " + stream);
        Opening opening = Opening.of(files, new StreamIdentity(newLogId, stream, settings.blockBytes()));
        opening.finishDrop();
        opening.reportOldSegments(from, visitor);
        Opening.Place place = opening.place(opening.scan(from, visitor, LossListener.NONE));
        FileSegmentLog log = new FileSegmentLog(files, settings, opening, place, background);
        if (place.nextSegment() == 0) log.roll();
        else log.resume();
        return log;
    }

    /** What the scan has found is durable from here on, as the opening synced it. */
    private void resume() throws IOException {
        if (file != null) writeHighWater();
        prepareNext();
    }

    /** What the opening mended without loss, a sentence each. */
    public List<String> repairs() {
        return repairs;
    }

    @Override
    public long[] append(List<ByteBuffer[]> records, List<ManifestLine> manifest) throws IOException {
        return append(records, manifest, 0);
    }

    /** {@code flags} as in {@link GroupHeader}. */
    long[] append(List<ByteBuffer[]> records, List<ManifestLine> manifest, int flags) throws IOException {
        checkOpen();
        Tail before = tail;
        int bytes = encoder.measure(records, manifest, before.manifests());
        // An interrupt that is pending would close the channel in the middle of the write.
        boolean interrupted = Thread.interrupted();
        try {
            while (file == null || offset + bytes > segmentBytes) roll();
            long[] positions = new long[records.size()];
            long start = identity.position(currentSegment, offset);
            write(encoder.encode(records, manifest, before, start, flags, positions));
            offset += bytes;
            tail = new Tail(
                    start + bytes,
                    before.groups() + 1,
                    encoder.chainAfter(),
                    before.manifests().plus(bytes, manifest));
            return positions;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private void write(ByteBuffer group) throws IOException {
        LogFile current = Objects.requireNonNull(file);
        try {
            current.write(group, offset);
            current.sync();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** From here on nothing is written any more: nobody knows what the kernel kept of what it was given. */
    private IOException failed(IOException e) {
        if (failure == null) failure = e;
        return e;
    }

    private void checkOpen() throws IOException {
        IOException failed = failure;
        if (failed != null) throw new LogFailedException(failed);
        if (closed) throw new IOException("the log is closed");
    }

    private void roll() throws IOException {
        try {
            SegmentHeader header = preparer.take(nextSegment, bytesOf(nextSegment));
            LogFile opened = files.open(SegmentFormat.fileName(header.segment()));
            LogFile full = file;
            file = opened;
            if (full != null) full.close();
            segments.put(header.segment(), new SegmentFacts(header.segment(), header.bytes(), header.bytes(), false));
            currentSegment = header.segment();
            segmentBytes = header.bytes();
            offset = identity.blockBytes();
            nextSegment = header.segment() + 1;
            writeHighWater();
            prepareNext();
        } catch (DiskFullException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void prepareNext() {
        preparer.begin(nextSegment, bytesOf(nextSegment));
    }

    private int bytesOf(int segment) {
        return segment == 0 ? settings.firstSegmentBytes() : settings.segmentBytes();
    }

    @Override
    public void syncHighWater() throws IOException {
        checkOpen();
        if (file == null || tail.groups() == groupsInHighWater) return;
        try {
            writeHighWater();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void writeHighWater() throws IOException {
        highWater.moveEnd(identity.position(currentSegment, offset), segmentBytes, tail);
        groupsInHighWater = tail.groups();
    }

    @Override
    public ByteBuffer read(long position) throws IOException {
        Tail now = tail;
        LogPosition at = new LogPosition(position);
        if (at.stream() != identity.stream() || position >= now.end()) {
            throw new CorruptRecordException(at + " is not a position of stream " + identity.stream()
                    + ", which ends at " + new LogPosition(now.end()));
        }
        if (at.segment() < firstSegment()) throw dropped(at);
        try {
            return reader.read(at);
        } catch (IOException e) {
            if (at.segment() < firstSegment()) throw dropped(at);
            throw e;
        }
    }

    private static DroppedSegmentException dropped(LogPosition at) {
        return new DroppedSegmentException("segment " + at.segment() + " of stream " + at.stream() + " was dropped");
    }

    private int firstSegment() {
        return highWater.written().first().segment();
    }

    @Override
    public void scan(long position, RecordVisitor visitor) throws IOException {
        Tail end = tail;
        HighWater known = highWater.written().with(end.end(), settings.segmentBytes(), end);
        SegmentSource source = new SegmentSource(files, identity, segments);
        int start = new LogPosition(Math.max(0, Math.min(position, end.end()))).segment();
        source.reportMissing(known.first().segment(), start, visitor);
        new StreamScan(source, known, position, end.end(), visitor, LossListener.NONE).run();
    }

    @Override
    public long durableEnd() {
        return tail.end();
    }

    @Override
    public long firstPosition() {
        return identity.position(firstSegment(), identity.blockBytes());
    }

    @Override
    public void dropBefore(long position) throws IOException {
        checkOpen();
        int wanted = Math.min(new LogPosition(position).segment(), currentSegment);
        synchronized (segments) {
            HighWater.First first = firstAtOrBefore(wanted);
            if (first == null) return;
            try {
                highWater.moveFirst(first);
                List<Integer> dropped =
                        List.copyOf(segments.headMap(first.segment(), false).keySet());
                for (int segment : dropped) {
                    segments.remove(segment);
                    readFiles.forget(segment);
                    files.delete(SegmentFormat.fileName(segment));
                }
                files.syncFolder();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /** The newest segment up to {@code wanted} that says what it follows; null when nothing can be dropped. */
    private HighWater.@Nullable First firstAtOrBefore(int wanted) throws IOException {
        SegmentSource source = new SegmentSource(files, identity, segments);
        int first = firstSegment();
        for (int segment = wanted; segment > first; segment--) {
            SegmentFacts facts = segments.get(segment);
            if (facts == null) continue;
            try (SegmentView view = source.open(facts)) {
                GroupHeader header = GroupHeader.read(view, identity.blockBytes(), identity, new CRC32C());
                if (header == null) continue;
                return new HighWater.First(segment, header.number(), header.chainBefore(), header.durableEnd());
            }
        }
        return null;
    }

    @Override
    public long freeBytes() throws IOException {
        return files.freeBytes();
    }

    @Override
    public Size size() {
        int count = 0;
        long bytes = 0;
        for (SegmentFacts facts : segments.values()) {
            count++;
            bytes += facts.fileBytes();
        }
        return new Size(count, bytes);
    }

    @Override
    public void close() throws IOException {
        if (closed) return;
        preparer.stop();
        try {
            if (failure == null) syncHighWater();
        } finally {
            closed = true;
            readFiles.close();
            LogFile current = file;
            if (current != null) current.close();
            highWater.close();
        }
    }
}
