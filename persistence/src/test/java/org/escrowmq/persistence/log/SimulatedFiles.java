package org.escrowmq.persistence.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A folder in memory with a disk under it that keeps only what was synced. A power cut keeps all, none or a seeded subset
 * of the sectors, and of the namings, that were not. Operations can be made to fail. Thread-safe.
 */
final class SimulatedFiles implements LogFiles {
    static final int SECTOR_BYTES = 512;

    /** What an operation does to a file; the name of the file follows. */
    enum Operation {
        READ,
        WRITE,
        SYNC,
        RENAME
    }

    /** An operation that is about to happen. */
    record Step(Operation operation, String file) {}

    private static final class Disk {
        private byte[] current = new byte[0];
        private byte[] durable = new byte[0];
        private final TreeSet<Integer> dirty = new TreeSet<>();
        private boolean shared = true;

        /** The bytes that a file was restored from belong to the test, which restores others from them. */
        private void makeDurable() {
            if (dirty.isEmpty() && durable.length == current.length) return;
            if (shared || durable.length != current.length) durable = Arrays.copyOf(durable, current.length);
            shared = false;
            for (int sector : dirty) {
                int from = sector * SECTOR_BYTES;
                System.arraycopy(current, from, durable, from, Math.min(SECTOR_BYTES, current.length - from));
            }
            dirty.clear();
        }
    }

    private Map<String, Disk> names = new LinkedHashMap<>();
    private Map<String, Disk> durableNames = new LinkedHashMap<>();
    private final List<Map<String, Disk>> namings = new ArrayList<>();
    private @Nullable Predicate<Step> fails;
    private long freeBytes = Long.MAX_VALUE;
    private int syncs;

    /** From now on the operations for which this holds throw an I/O error; a failing write leaves half of itself behind. */
    synchronized void failWhen(@Nullable Predicate<Step> condition) {
        fails = condition;
    }

    /** Room for this many more bytes in files. */
    synchronized void limitFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    synchronized int syncs() {
        return syncs;
    }

    /** The file's bytes as a program sees them, to be changed in place. */
    synchronized byte[] bytes(String name) throws IOException {
        return find(name).current;
    }

    /** Replaces a file, durably, as an accident or an operator would. */
    synchronized void replace(String name, byte[] content) {
        Disk disk = new Disk();
        disk.current = content.clone();
        disk.durable = content;
        names.put(name, disk);
        durableNames.put(name, disk);
    }

    /** Removes a file, durably. */
    synchronized void lose(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    /** Every file's bytes, to begin again from with {@link #restored}. */
    synchronized Map<String, byte[]> image() {
        Map<String, byte[]> image = new TreeMap<>();
        names.forEach((name, disk) -> image.put(name, disk.current.clone()));
        return image;
    }

    static SimulatedFiles restored(Map<String, byte[]> image) {
        SimulatedFiles files = new SimulatedFiles();
        image.forEach(files::replace);
        return files;
    }

    /** What is on the disk after a power cut. Nothing that was not synced is kept when {@code random} is null. */
    synchronized SimulatedFiles afterPowerCut(@Nullable Random random) {
        int kept = random == null ? 0 : random.nextInt(namings.size() + 1);
        Map<String, Disk> survivors = kept == 0 ? durableNames : namings.get(kept - 1);
        SimulatedFiles after = new SimulatedFiles();
        survivors.forEach((name, disk) -> after.replace(name, torn(disk, random)));
        return after;
    }

    private static byte[] torn(Disk disk, @Nullable Random random) {
        if (random == null) return disk.durable.clone();
        boolean grown = disk.durable.length == disk.current.length || random.nextBoolean();
        byte[] result = Arrays.copyOf(disk.durable, grown ? disk.current.length : disk.durable.length);
        for (int sector : disk.dirty) {
            int from = sector * SECTOR_BYTES;
            int to = Math.min(from + SECTOR_BYTES, result.length);
            if (from < to && random.nextBoolean()) System.arraycopy(disk.current, from, result, from, to - from);
        }
        return result;
    }

    private Disk find(String name) throws NoSuchFileException {
        Disk disk = names.get(name);
        if (disk == null) throw new NoSuchFileException(name);
        return disk;
    }

    private boolean failing(Operation operation, String name) {
        return fails != null && fails.test(new Step(operation, name));
    }

    @Override
    public synchronized LogFile create(String name) {
        Disk disk = new Disk();
        names.put(name, disk);
        namings.add(new LinkedHashMap<>(names));
        return new OpenFile(name, disk);
    }

    @Override
    public synchronized LogFile open(String name) throws IOException {
        return new OpenFile(name, find(name));
    }

    @Override
    public synchronized List<String> list() {
        return names.keySet().stream().filter(name -> !name.contains("/")).toList();
    }

    /** All files, also those in folders below. */
    synchronized List<String> listAll() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        if (failing(Operation.RENAME, from)) throw new IOException("planted: rename " + from);
        Disk disk = find(from);
        names.remove(from);
        names.put(to, disk);
        namings.add(new LinkedHashMap<>(names));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        find(name);
        names.remove(name);
        namings.add(new LinkedHashMap<>(names));
    }

    @Override
    public synchronized void syncFolder() throws IOException {
        if (failing(Operation.SYNC, "")) throw new IOException("planted: sync of the folder");
        durableNames = new LinkedHashMap<>(names);
        namings.clear();
    }

    @Override
    public synchronized long freeBytes() {
        return freeBytes;
    }

    @Override
    public String describe(String name) {
        return "memory/" + name;
    }

    private final class OpenFile implements LogFile {
        private final String name;
        private final Disk disk;

        OpenFile(String name, Disk disk) {
            this.name = name;
            this.disk = disk;
        }

        @Override
        public int read(ByteBuffer dst, long offset) throws IOException {
            synchronized (SimulatedFiles.this) {
                if (failing(Operation.READ, name)) throw new IOException("planted: read " + name);
                int bytes = (int) Math.max(0, Math.min(dst.remaining(), disk.current.length - offset));
                if (bytes > 0) dst.put(disk.current, (int) offset, bytes);
                return bytes;
            }
        }

        @Override
        public void write(ByteBuffer src, long offset) throws IOException {
            synchronized (SimulatedFiles.this) {
                boolean failing = failing(Operation.WRITE, name);
                int bytes = failing ? src.remaining() / 2 : src.remaining();
                int end = (int) offset + bytes;
                grow(end);
                src.get(disk.current, (int) offset, bytes);
                int firstSector = (int) offset / SECTOR_BYTES;
                for (int s = firstSector; s * SECTOR_BYTES < end; s++) disk.dirty.add(s);
                if (failing) throw new IOException("planted: write " + name);
            }
        }

        private void grow(int end) throws DiskFullException {
            int more = end - disk.current.length;
            if (more <= 0) return;
            if (more > freeBytes) throw new DiskFullException("planted: " + name, null);
            freeBytes -= more;
            disk.current = Arrays.copyOf(disk.current, end);
        }

        @Override
        public void sync() throws IOException {
            synchronized (SimulatedFiles.this) {
                syncs++;
                if (failing(Operation.SYNC, name)) throw new IOException("planted: sync " + name);
                disk.makeDurable();
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedFiles.this) {
                return disk.current.length;
            }
        }

        @Override
        public void close() {}
    }
}
