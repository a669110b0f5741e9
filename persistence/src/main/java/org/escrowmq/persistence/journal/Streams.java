package org.escrowmq.persistence.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.log.LogPosition;
import org.escrowmq.persistence.log.SegmentLog;

/** The streams of segments of a store: 0 is the hot one, which takes all writes; then one for each retention class. */
final class Streams implements Closeable {
    static final int HOT = 0;

    /** Opens a stream by its number. */
    interface Opener {
        SegmentLog open(int stream) throws IOException;
    }

    private final Opener opener;
    private final Map<Integer, SegmentLog> logs = new ConcurrentHashMap<>();

    private Streams(Opener opener) {
        this.opener = opener;
    }

    /** Opens the hot stream and those class streams that {@code exists} knows; the others come with their first use. */
    static Streams open(Opener opener, IntPredicate exists) throws IOException {
        Streams streams = new Streams(opener);
        try {
            streams.logs.put(HOT, opener.open(HOT));
            for (RetentionClass retention : RetentionClass.values()) {
                if (exists.test(number(retention))) streams.ofClass(retention);
            }
            return streams;
        } catch (IOException | RuntimeException e) {
            streams.close();
            throw e;
        }
    }

    static int number(RetentionClass retention) {
        return 1 + retention.code();
    }

    SegmentLog hot() {
        return of(HOT);
    }

    SegmentLog of(int stream) {
        SegmentLog log = logs.get(stream);
        if (log == null) throw new IllegalArgumentException("no stream has the number " + stream);
        return log;
    }

    /** The stream of a class, created when it is new. For one thread. */
    SegmentLog ofClass(RetentionClass retention) throws IOException {
        SegmentLog log = logs.get(number(retention));
        if (log == null) {
            log = opener.open(number(retention));
            logs.put(number(retention), log);
        }
        return log;
    }

    /** The streams of the retention classes that exist. */
    List<Integer> classes() {
        return logs.keySet().stream().filter(n -> n != HOT).sorted().toList();
    }

    List<Integer> numbers() {
        return logs.keySet().stream().sorted().toList();
    }

    /** The payload of a record in any stream, header included. */
    ByteBuffer read(long position) throws IOException {
        return of(new LogPosition(position).stream()).read(position);
    }

    @Override
    public void close() throws IOException {
        for (SegmentLog log : logs.values()) log.close();
    }
}
