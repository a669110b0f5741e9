package org.escrowmq.cluster.entity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.escrowmq.queue.Move;
import org.jspecify.annotations.Nullable;

/**
 * Moves that wait to be carried, in a line for each group and destination: a line keeps its order, and one whose first move failed waits
 * for a pause, longer each time, while the others go on. Owned by the queue's actor.
 */
final class MoveLines {
    /** The pause before a move that failed is tried again, doubled each time that it fails again. */
    private static final long PAUSE_MIN_MILLIS = 1_000;

    private static final long PAUSE_MAX_MILLIS = 60_000;

    private record Name(int groupNumber, Move.Destination destination) {}

    private static final class Line {
        final Deque<Move> moves = new ArrayDeque<>();
        long pauseMillis;
        long notBeforeMillis = Long.MIN_VALUE;
    }

    private final Map<Name, Line> lines = new LinkedHashMap<>();

    boolean isEmpty() {
        return lines.isEmpty();
    }

    void add(Move move) {
        lines.computeIfAbsent(nameOf(move), name -> new Line()).moves.add(move);
    }

    private static Name nameOf(Move move) {
        return new Name(move.groupNumber(), move.destination());
    }

    /** The first move of a line that is not in a pause, left where it is; that line comes last the next time. */
    @Nullable
    Move next(long nowMillis) {
        for (Map.Entry<Name, Line> entry : lines.entrySet()) {
            Line line = entry.getValue();
            if (line.notBeforeMillis > nowMillis) continue;
            Name name = entry.getKey();
            lines.remove(name);
            lines.put(name, line);
            return line.moves.element();
        }
        return null;
    }

    /** The first move of its line is done with, whatever became of it. */
    void done(Move move) {
        Line line = lines.get(nameOf(move));
        if (line == null || !move.equals(line.moves.peek()))
            throw new IllegalStateException(move + " is not the first");
        line.moves.remove();
        line.pauseMillis = 0;
        line.notBeforeMillis = Long.MIN_VALUE;
        if (line.moves.isEmpty()) lines.remove(nameOf(move));
    }

    /** The first move of its line failed for now; answers the pause. */
    long failed(Move move, long nowMillis) {
        Line line = lines.get(nameOf(move));
        if (line == null) throw new IllegalStateException(move + " is not waiting");
        line.pauseMillis = Math.min(PAUSE_MAX_MILLIS, Math.max(PAUSE_MIN_MILLIS, 2 * line.pauseMillis));
        line.notBeforeMillis = nowMillis + line.pauseMillis;
        return line.pauseMillis;
    }

    /** When the next pause ends; Long.MAX_VALUE where there is none. */
    long nextMillis() {
        long next = Long.MAX_VALUE;
        for (Line line : lines.values()) {
            if (line.notBeforeMillis != Long.MIN_VALUE) next = Math.min(next, line.notBeforeMillis);
        }
        return next;
    }
}
