package org.escrowmq.persistence.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.log.LogPosition;
import org.escrowmq.persistence.tables.Checkpoints;
import org.escrowmq.persistence.tables.DamagedCheckpointException;
import org.escrowmq.persistence.tables.TableImage;
import org.escrowmq.persistence.tables.Tables;
import org.escrowmq.persistence.tables.TablesFault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store whose tables agree with its log: what opening leads to. It starts from the newest good checkpoint, else from the
 * collector's image, else from nothing, and replays what comes after.
 */
final class OpenStore implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenStore.class);

    private final StoreFolder folder;
    private final Streams streams;
    private final Checkpoints checkpoints;
    private final PersistenceSettings settings;
    private Tables tables;
    private WriterNumbers numbers;
    private JournalStateMachine machine;
    private TableWriter tableWriter;
    private Places places = new Places();
    private final Map<Integer, Long> followed = new HashMap<>();
    private long replayed;

    private OpenStore(PersistenceSettings settings, StoreFolder folder, Streams streams) throws IOException {
        this.settings = settings;
        this.folder = folder;
        this.streams = streams;
        checkpoints = new Checkpoints(folder.tables());
        checkpoints.startEmpty();
        tables = openTables();
        numbers = new WriterNumbers(tables);
        machine = new JournalStateMachine(new WriterStates(settings.writersCached(), this::writerRow), this::entryRow);
        tableWriter = new TableWriter(tables, numbers);
    }

    static OpenStore open(PersistenceSettings settings, JournalEnvironment environment) throws IOException {
        StoreFolder folder = StoreFolder.open(settings.directory());
        Streams streams = null;
        OpenStore store = null;
        try {
            streams = Streams.open(
                    number -> environment.segments().open(number, folder.stream(number)),
                    number -> Files.isDirectory(folder.stream(number)));
            store = new OpenStore(settings, folder, streams);
            store.recover();
            return store;
        } catch (IOException | RuntimeException e) {
            if (store != null) store.tables.close();
            if (streams != null) streams.close();
            folder.close();
            throw e;
        }
    }

    private void recover() throws IOException {
        for (long number : checkpoints.present()) {
            if (fromCheckpoint(number)) return;
        }
        if (Files.exists(folder.image()) && fromImage()) return;
        restart(checkpoints::startEmpty);
        if (new LogPosition(streams.hot().firstPosition()).segment() > 0) {
            String why = "the tables are lost, and so is the log they were made from";
            LOG.error(
                    "No good checkpoint or image is left in {}, and the log starts at {}: {}",
                    folder.tables(),
                    Positions.text(streams.hot().firstPosition()),
                    why);
            replay(StoreFigures.START);
            machine.fences(machine.fences().everyone(why).strangers(why));
            return;
        }
        replay(StoreFigures.START);
    }

    private boolean fromCheckpoint(long number) throws IOException {
        try {
            restart(() -> checkpoints.restore(number));
            StoreFigures figures = StoreFigures.read(tables, streams.classes());
            if (!reachable(figures)) {
                LOG.error("Checkpoint {} ends before the log begins and is of no use", number);
                return false;
            }
            replay(figures);
            return true;
        } catch (DamagedCheckpointException | TablesFault damaged) {
            LOG.error("Checkpoint {} is damaged; an older one is tried: {}", number, damaged.getMessage());
            checkpoints.discard(number);
            return false;
        }
    }

    private boolean fromImage() throws IOException {
        try {
            restart(checkpoints::startEmpty);
            Loader loader = new Loader();
            TableImage.read(folder.image(), loader);
            loader.flush();
            StoreFigures figures = StoreFigures.read(tables, streams.classes());
            if (!reachable(figures)) return false;
            LOG.warn("The tables are made from the image {} and the log after it", folder.image());
            replay(figures);
            return true;
        } catch (DamagedCheckpointException damaged) {
            LOG.error("The image is damaged: {}", damaged.getMessage());
            return false;
        }
    }

    private boolean reachable(StoreFigures figures) {
        long applied = figures.applied();
        long first = streams.hot().firstPosition();
        if (applied < 0) return new LogPosition(first).segment() == 0;
        return applied >= first && applied <= streams.hot().durableEnd();
    }

    private interface Preparation {
        void run() throws IOException;
    }

    private void restart(Preparation preparation) throws IOException {
        tables.close();
        preparation.run();
        tables = openTables();
        numbers = new WriterNumbers(tables);
        machine = new JournalStateMachine(new WriterStates(settings.writersCached(), this::writerRow), this::entryRow);
        tableWriter = new TableWriter(tables, numbers);
    }

    private Tables openTables() throws IOException {
        try {
            return Tables.open(checkpoints.live(), settings.tableCacheBytes(), settings.tableWriteBufferBytes());
        } catch (org.iq80.leveldb.DBException e) {
            throw new TablesFault("LevelDB cannot open " + checkpoints.live() + ": " + e.getMessage(), e);
        }
    }

    private void replay(StoreFigures figures) throws IOException {
        long started = System.nanoTime();
        places = new Places();
        replayed = new Replayer(streams, tables, machine, places, tableWriter).run(figures);
        followed.clear();
        for (int stream : streams.classes())
            followed.put(stream, streams.of(stream).durableEnd());
        LOG.info(
                "Replayed {} changes from {} in {} ms",
                replayed,
                figures.applied() < 0 ? "the beginning" : Positions.text(figures.applied()),
                (System.nanoTime() - started) / 1_000_000);
        machine.fences().ids().forEach((id, why) -> LOG.error("{} is fenced: {}", id.value(), why));
        if (machine.fences().everyone() != null)
            LOG.error("Every id is fenced: {}", machine.fences().everyone());
    }

    private byte @Nullable [] writerRow(org.escrowmq.persistence.PersistenceId id) {
        return tables.get(JournalTable.writer(id));
    }

    private @Nullable EntryRow entryRow(long writer, long number) {
        byte[] stored = tables.get(JournalTable.entry(writer, number));
        return stored == null ? null : EntryRow.decode(stored);
    }

    StoreFolder folder() {
        return folder;
    }

    Streams streams() {
        return streams;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    Tables tables() {
        return tables;
    }

    WriterNumbers numbers() {
        return numbers;
    }

    JournalStateMachine machine() {
        return machine;
    }

    /** How far a replicated log was followed. For the applying thread, once that runs. */
    Places places() {
        return places;
    }

    TableWriter tableWriter() {
        return tableWriter;
    }

    /** Proposals that opening had to apply again. */
    long replayed() {
        return replayed;
    }

    /** Notes in the tables how far they have come. For the applying thread, right before a checkpoint or image. */
    StoreFigures noteFigures() {
        StoreFigures figures =
                new StoreFigures(streams.hot().durableEnd(), machine.writers().nextNumber(), followed);
        try (Tables.Batch batch = tables.batch()) {
            figures.write(batch);
            tables.write(batch);
        }
        return figures;
    }

    /** The rows follow the copies of a class stream up to {@code end}. For the applying thread. */
    void followed(int stream, long end) {
        followed.put(stream, end);
    }

    /** The most that goes into one append of a class stream. */
    long groupBytesMax() {
        return settings.groupBytesMax();
    }

    @Override
    public void close() throws IOException {
        tables.close();
        streams.close();
        folder.close();
    }

    /** Fills the tables from an image. */
    private final class Loader implements Tables.RowVisitor {
        private static final int BATCH_ROWS = 1024;
        private Tables.Batch batch = tables.batch();
        private int rows;

        @Override
        public boolean row(byte[] address, byte[] value) {
            batch.put(address, value);
            if (++rows % BATCH_ROWS == 0) flush();
            return true;
        }

        void flush() {
            tables.write(batch);
            batch.close();
            batch = tables.batch();
        }
    }
}
