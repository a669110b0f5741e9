package org.escrowmq.cluster.partition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.escrowmq.model.MessageCodec;
import org.escrowmq.model.Offset;
import org.jspecify.annotations.Nullable;

/**
 * The look of one send at what its queue has stored already. A fingerprint leads to a candidate, the candidate's id decides: two ids
 * may have one fingerprint. Changes nothing.
 */
final class Repeats {
    private static final long NEW = -1;

    private final List<OutgoingBlob> messages;
    /** By the place of the message; null while all are new, which is the usual case. */
    private long @Nullable [] firstCopies;

    private List<Offset> unconfirmed = List.of();

    /** {@code idsRead}: ids of messages that are not in memory; empty (no id is) for one that is gone. */
    Repeats(Partition partition, List<OutgoingBlob> messages, Map<Offset, String> idsRead, long epochMillis) {
        this.messages = messages;
        for (int i = 0; i < messages.size(); i++) {
            long fingerprint = messages.get(i).incoming().fingerprint();
            Offset candidate = partition.state().withFingerprint(fingerprint, epochMillis);
            if (candidate != null) compare(i, candidate, partition.cached(candidate), idsRead);
        }
    }

    private void compare(int place, Offset candidate, @Nullable StoredBlob cached, Map<Offset, String> idsRead) {
        String id = cached == null ? idsRead.get(candidate) : MessageCodec.idOf(cached.blob());
        if (id == null) {
            if (unconfirmed.isEmpty()) unconfirmed = new ArrayList<>();
            unconfirmed.add(candidate);
        } else if (id.equals(messages.get(place).id())) {
            if (firstCopies == null) {
                firstCopies = new long[messages.size()];
                Arrays.fill(firstCopies, NEW);
            }
            firstCopies[place] = candidate.value();
        }
    }

    /** What has to be read before anything can be decided. */
    List<Offset> unconfirmed() {
        return unconfirmed;
    }

    boolean isNone() {
        return firstCopies == null;
    }

    /** The messages that are new. */
    List<OutgoingBlob> others() {
        return select(false);
    }

    /** The result once the others have the offsets from {@code first} on. */
    SendResult.Placed placed(Offset first) {
        List<Offset> offsets = new ArrayList<>(messages.size());
        long next = first.value();
        for (int i = 0; i < messages.size(); i++) {
            long copy = firstCopyOf(i);
            offsets.add(new Offset(copy == NEW ? next++ : copy));
        }
        return new SendResult.Placed(offsets, select(false), select(true));
    }

    private List<OutgoingBlob> select(boolean repeated) {
        List<OutgoingBlob> selected = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) if (firstCopyOf(i) != NEW == repeated) selected.add(messages.get(i));
        return selected;
    }

    private long firstCopyOf(int place) {
        return firstCopies == null ? NEW : firstCopies[place];
    }

    /** Whether two messages may have one id. */
    static boolean mayHaveTwins(List<OutgoingBlob> messages) {
        long[] fingerprints = new long[messages.size()];
        for (int i = 0; i < fingerprints.length; i++)
            fingerprints[i] = messages.get(i).incoming().fingerprint();
        Arrays.sort(fingerprints);
        for (int i = 1; i < fingerprints.length; i++) if (fingerprints[i - 1] == fingerprints[i]) return true;
        return false;
    }

    /** The messages of one send, each id once; {@link #expand} undoes it. */
    static final class Distinct {
        private final Map<String, Integer> places = new HashMap<>();
        private final List<OutgoingBlob> all;
        private final List<OutgoingBlob> firsts = new ArrayList<>();
        private final List<OutgoingBlob> others = new ArrayList<>();

        Distinct(List<OutgoingBlob> all) {
            this.all = all;
            for (OutgoingBlob message : all) {
                boolean isNew = places.putIfAbsent(message.id(), firsts.size()) == null;
                (isNew ? firsts : others).add(message);
            }
        }

        List<OutgoingBlob> firsts() {
            return firsts;
        }

        /** The result of all messages, from that of the first ones. */
        SendResult expand(SendResult result) {
            if (!(result instanceof SendResult.Placed placed)) return result;
            List<Offset> offsets = new ArrayList<>(all.size());
            for (OutgoingBlob message : all) {
                offsets.add(placed.offsets().get(Objects.requireNonNull(places.get(message.id()))));
            }
            List<OutgoingBlob> repeated = new ArrayList<>(placed.repeated());
            repeated.addAll(others);
            return new SendResult.Placed(offsets, placed.stored(), repeated);
        }
    }
}
