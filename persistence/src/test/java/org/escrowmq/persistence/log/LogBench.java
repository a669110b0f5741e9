package org.escrowmq.persistence.log;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.escrowmq.persistence.log.SegmentLog.ManifestLine;

/** Run by hand: {@code LogBench FOLDER}. Prints groups a second with fsync, scan and read rates. Not a test. */
final class LogBench {
    private LogBench() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        for (int kib : new int[] {4, 64, 1024}) {
            Path folder = Files.createDirectories(root.resolve("bench-" + kib));
            encode(kib << 10);
            raw(folder.resolve("raw"), kib << 10);
            append(folder, kib << 10, kib == 4 ? 64L << 20 : 512L << 20);
            scan(folder);
        }
    }

    private static List<ByteBuffer[]> group(int groupBytes) {
        byte[] body = new byte[1024];
        new Random(1).nextBytes(body);
        ByteBuffer[][] records = new ByteBuffer[groupBytes / 1064][];
        Arrays.fill(records, new ByteBuffer[] {ByteBuffer.wrap(body)});
        return List.of(records);
    }

    /** What the log does without the disk: copying, checksums, header. */
    private static void encode(int groupBytes) {
        List<ByteBuffer[]> group = group(groupBytes);
        List<ManifestLine> manifest = List.of(new ManifestLine(1, 1), new ManifestLine(2, 1));
        GroupEncoder encoder = new GroupEncoder(new StreamIdentity(1, 0, 512), LogSettings.defaults());
        Tail tail = new Tail(512, 0, 0, ManifestWindow.EMPTY);
        int rounds = (int) ((2L << 30) / groupBytes);
        long cpu = 0;
        for (int i = -rounds; i < rounds; i++) {
            if (i == 0) cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            int bytes = encoder.measure(group, manifest, tail.manifests());
            encoder.encode(group, manifest, tail, 512, 0, new long[group.size()]);
            tail = new Tail(
                    512 + bytes,
                    tail.groups() + 1,
                    encoder.chainAfter(),
                    tail.manifests().plus(bytes, manifest));
        }
        double micros = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e3 / rounds;
        System.out.printf("%5d KiB groups, encoding alone: CPU %.2f us a group%n", groupBytes >> 10, micros);
    }

    /** What the disk does without us: the same writes into a file that was filled before. */
    private static void raw(Path file, int bytes) throws IOException {
        int writes = 500;
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long[] nanos = new long[writes];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < writes; i++) channel.write(buffer.clear(), (long) i * bytes);
            channel.force(true);
            for (int i = 0; i < writes; i++) {
                long before = System.nanoTime();
                channel.write(buffer.clear(), (long) i * bytes);
                channel.force(false);
                nanos[i] = System.nanoTime() - before;
            }
        }
        Files.delete(file);
        Arrays.sort(nanos);
        System.out.printf("%5d KiB bare write and fsync: p50 %d us%n", bytes >> 10, nanos[writes / 2] / 1000);
    }

    private static FileSegmentLog open(Path folder, SegmentLog.RecordVisitor visitor) throws IOException {
        return FileSegmentLog.open(FolderFiles.in(folder, System::nanoTime), 0, LogSettings.defaults(), -1, visitor);
    }

    private static void append(Path folder, int groupBytes, long totalBytes) throws IOException {
        List<ByteBuffer[]> group = group(groupBytes);
        List<ManifestLine> manifest = List.of(new ManifestLine(1, 1), new ManifestLine(2, 1));
        int groups = (int) (totalBytes / groupBytes);
        long[] nanos = new long[groups];
        try (FileSegmentLog log = open(folder, new Counting())) {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long cpu = threads.getCurrentThreadUserTime();
            long start = System.nanoTime();
            for (int i = 0; i < groups; i++) {
                long before = System.nanoTime();
                log.append(group, manifest);
                nanos[i] = System.nanoTime() - before;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double userMicros = (threads.getCurrentThreadUserTime() - cpu) / 1e3 / groups;
            Arrays.sort(nanos);
            System.out.printf(
                    "%5d KiB groups: %7.0f/s %6.0f MB/s  p50 %d us p99 %d us max %d us, user CPU %.1f us a group%n",
                    groupBytes >> 10,
                    groups / seconds,
                    groups / seconds * groupBytes / 1e6,
                    nanos[groups / 2] / 1000,
                    nanos[groups * 99 / 100] / 1000,
                    nanos[groups - 1] / 1000,
                    userMicros);
        }
    }

    private static void scan(Path folder) throws IOException {
        for (int round = 0; round < 3; round++) {
            Counting counting = new Counting();
            long start = System.nanoTime();
            FileSegmentLog log = open(folder, counting);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "            opening: %.2f s, %d records, %.0f MB/s of payload%n",
                    seconds, counting.records, counting.bytes / seconds / 1e6);
            log.close();
        }
    }

    private static final class Counting implements SegmentLog.RecordVisitor {
        private long records;
        private long bytes;

        @Override
        public void record(long position, ByteBuffer payload) {
            records++;
            bytes += payload.remaining();
        }

        @Override
        public void damage(long from, long to, List<ManifestLine> suspects) {
            throw new IllegalStateException("damage at " + from);
        }
    }
}
