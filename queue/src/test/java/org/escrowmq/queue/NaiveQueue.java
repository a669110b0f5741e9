package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.RefusalCode;
import org.jspecify.annotations.Nullable;

/**
 * What a queue should do, in the plainest way: it remembers every message of every group and looks through all of them for
 * each question. {@link QueueSimulationTest} holds the real state against it.
 */
final class NaiveQueue {
    /** One message, for one group. */
    static final class Entry {
        final long offset;
        boolean offered;
        boolean done;
        boolean expired;
        int attempt;
        boolean counted = true;
        boolean handedBack;
        long number;
        long visibleAt;

        @Nullable
        String renewedBy;

        /** What set the time since the last snapshot, to be done again after a restart. */
        final List<TimeSetting> settings = new ArrayList<>();

        long remainingAtSnapshot;

        Entry(long offset) {
            this.offset = offset;
        }

        boolean open() {
            return offered && !done;
        }

        int nextAttempt() {
            return counted ? attempt + 1 : attempt;
        }

        void set(TimeSetting setting, long now) {
            settings.add(setting);
            visibleAt = setting.at(visibleAt, now);
        }
    }

    /** A new time, or (where {@code atMost}) a bound on the time there is. */
    record TimeSetting(long duration, boolean atMost) {
        long at(long before, long now) {
            return atMost ? Math.min(before, now + duration) : now + duration;
        }
    }

    /** The id of a stored message. */
    record Remembered(long offset, long fingerprint, long storedEpochMillis) {}

    /** One group. */
    static final class Group {
        final int number;
        final TreeMap<Long, Entry> entries = new TreeMap<>();
        long nextNumber;
        long expired;

        Group(int number, long nextNumber) {
            this.number = number;
            this.nextNumber = nextNumber;
        }

        List<Entry> open() {
            return entries.values().stream().filter(Entry::open).toList();
        }

        List<Entry> fresh() {
            return entries.values().stream()
                    .filter(entry -> !entry.offered && !entry.done)
                    .toList();
        }
    }

    final QueueSettings settings;
    final List<Remembered> remembered = new ArrayList<>();
    final Map<GroupName, Group> groups = new TreeMap<>(Comparator.comparing(GroupName::toString));
    long first;
    long next;
    int groupsEver;
    long numbersGone = 1;

    NaiveQueue(QueueSettings settings) {
        this.settings = settings;
    }

    void append(List<QueueCommand.Incoming> messages, long epochMillis) {
        while (!messages.isEmpty() && !remembered.isEmpty() && !isRecent(remembered.get(0), epochMillis))
            remembered.remove(0);
        for (QueueCommand.Incoming message : messages) {
            remembered.add(new Remembered(next, message.fingerprint(), epochMillis));
            if (remembered.size() > settings.duplicateIdsMax()) remembered.remove(0);
            for (Group group : groups.values()) group.entries.put(next, new Entry(next));
            next++;
        }
    }

    @Nullable
    Offset withFingerprint(long fingerprint, long epochMillis) {
        Offset found = null;
        for (Remembered one : remembered) {
            if (one.fingerprint() != fingerprint) continue;
            found = isRecent(one, epochMillis) ? new Offset(one.offset()) : null;
        }
        return found;
    }

    private boolean isRecent(Remembered one, long epochMillis) {
        return epochMillis - one.storedEpochMillis() < settings.duplicateWindowMillis();
    }

    void start(GroupName name, boolean atFirst) {
        if (groups.containsKey(name)) return;
        Group group = new Group(++groupsEver, numbersGone);
        for (long offset = atFirst ? first : next; offset < next; offset++)
            group.entries.put(offset, new Entry(offset));
        groups.put(name, group);
    }

    void delete(GroupName name) {
        Group group = groups.remove(name);
        if (group != null) numbersGone = Math.max(numbersGone, group.nextNumber);
    }

    List<QueueState.Candidate> candidates(GroupName name, int max, long now) {
        Group group = groups.get(name);
        if (group == null) return List.of();
        List<QueueState.Candidate> all = new ArrayList<>();
        group.open().stream()
                .filter(entry -> entry.visibleAt <= now)
                .sorted(Comparator.comparingLong((Entry entry) -> entry.visibleAt)
                        .thenComparingLong(entry -> entry.offset))
                .forEach(entry -> all.add(candidate(entry)));
        group.fresh().stream()
                .limit(Math.max(0, settings.inFlightMax() - group.open().size()))
                .forEach(entry -> all.add(candidate(entry)));
        return all.subList(0, Math.min(max, all.size()));
    }

    /** The leases it gives; null for a group that is not open. */
    @Nullable
    List<QueueReply.Leased> deliver(QueueCommand.Deliver command, long now) {
        Group group = groups.get(command.group());
        if (group == null) return null;
        Set<Long> named = new HashSet<>();
        List<Entry> taken = named(group, command.take(), named, now);
        List<Entry> skipped = named(group, command.skip(), named, now);
        long bound = bound(group, taken, skipped);
        taken.removeIf(entry -> !entry.offered && entry.offset >= bound);
        skipped.removeIf(entry -> !entry.offered && entry.offset >= bound);
        long highest = Math.max(highestFresh(taken), highestFresh(skipped));
        for (Entry entry : group.fresh()) {
            if (entry.offset > highest) continue;
            entry.offered = true;
            entry.set(new TimeSetting(0, false), now);
        }
        long duration = command.autoRenew() ? settings.autoRenewMaxMillis() : command.leaseMillis();
        List<QueueReply.Leased> leases = new ArrayList<>();
        for (Entry entry : taken) {
            entry.attempt = entry.nextAttempt();
            entry.counted = true;
            entry.handedBack = false;
            entry.number = group.nextNumber++;
            entry.renewedBy = command.autoRenew() ? command.clientId() : null;
            entry.set(new TimeSetting(duration, false), now);
            leases.add(new QueueReply.Leased(new Offset(entry.offset), entry.attempt, entry.number));
        }
        skipped.forEach(NaiveQueue::finish);
        return leases;
    }

    /** Whether the acknowledgement is accepted. */
    boolean acknowledge(GroupName name, long offset, long number, long now) {
        Group group = groups.get(name);
        if (group == null) return false;
        Entry entry = group.entries.get(offset);
        if (entry == null) return offset < next;
        if (entry.done) return true;
        if (!held(entry, number, now)) return false;
        finish(entry);
        return true;
    }

    /** The new number; 0 when refused. */
    long changeInvisible(QueueCommand.ChangeInvisible command, long now) {
        Group group = groups.get(command.group());
        Entry entry = group == null ? null : group.entries.get(command.offset().value());
        if (group == null || entry == null || !held(entry, command.deliveryNumber(), now)) return 0;
        entry.handedBack |= entry.renewedBy != null || !command.countsAsAttempt();
        entry.renewedBy = null;
        entry.counted = command.countsAsAttempt();
        entry.number = group.nextNumber++;
        entry.set(new TimeSetting(command.invisibleMillis(), false), now);
        return entry.number;
    }

    void release(String client, long now) {
        for (Group group : groups.values()) {
            for (Entry entry : group.open()) {
                if (!client.equals(entry.renewedBy)) continue;
                entry.renewedBy = null;
                entry.handedBack = true;
                entry.set(new TimeSetting(settings.releaseDelayMillis(), true), now);
            }
        }
    }

    void trim(long to) {
        first = Math.max(first, Math.min(to, next));
        remembered.removeIf(one -> one.offset() < first);
        for (Group group : groups.values()) {
            for (Entry entry : group.entries.headMap(first).values()) {
                if (entry.done) continue;
                finish(entry);
                entry.expired = true;
                group.expired++;
            }
        }
    }

    /** The code of the refusal; null when it is done. */
    @Nullable
    RefusalCode reset(GroupName name, long to) {
        Group group = groups.get(name);
        if (group == null) return RefusalCode.GROUP_NOT_FOUND;
        if (to > next) return RefusalCode.ILLEGAL_OFFSET;
        long at = Math.max(first, to);
        group.entries.headMap(at).values().forEach(NaiveQueue::finish);
        for (long offset = at; offset < next; offset++) group.entries.put(offset, new Entry(offset));
        return null;
    }

    void snapshot(long now) {
        for (Group group : groups.values()) {
            for (Entry entry : group.entries.values()) {
                entry.remainingAtSnapshot = entry.visibleAt - now;
                entry.settings.clear();
            }
        }
    }

    void restart(long now) {
        for (Group group : groups.values()) {
            for (Entry entry : group.entries.values()) {
                entry.visibleAt = now + entry.remainingAtSnapshot;
                for (TimeSetting setting : entry.settings) entry.visibleAt = setting.at(entry.visibleAt, now);
            }
        }
    }

    List<QueueState.GroupView> views(long now) {
        List<QueueState.GroupView> views = new ArrayList<>();
        groups.forEach((name, group) -> {
            List<Entry> open = group.open();
            long waiting = open.stream()
                    .filter(entry -> entry.handedBack || entry.visibleAt <= now)
                    .count();
            long undone = open.size() + group.fresh().size();
            long progress = group.entries.values().stream()
                    .filter(entry -> !entry.done)
                    .mapToLong(entry -> entry.offset)
                    .findFirst()
                    .orElse(next);
            views.add(new QueueState.GroupView(
                    name, new Offset(progress), undone, open.size() - waiting, waiting, group.expired));
        });
        return views;
    }

    long earliestVisible(long after) {
        return groups.values().stream()
                .flatMap(group -> group.open().stream())
                .mapToLong(entry -> entry.visibleAt)
                .filter(time -> time > after)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    List<String> renewingClients() {
        return List.copyOf(groups.values().stream()
                .flatMap(group -> group.open().stream())
                .map(entry -> entry.renewedBy)
                .filter(Objects::nonNull)
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new)));
    }

    private static QueueState.Candidate candidate(Entry entry) {
        return new QueueState.Candidate(new Offset(entry.offset), entry.nextAttempt());
    }

    private static boolean held(Entry entry, long number, long now) {
        return entry.open() && entry.number == number && entry.visibleAt > now;
    }

    private static void finish(Entry entry) {
        entry.offered = true;
        entry.done = true;
        entry.renewedBy = null;
    }

    private static List<Entry> named(Group group, List<Offset> offsets, Set<Long> named, long now) {
        List<Entry> entries = new ArrayList<>();
        for (Offset offset : offsets) {
            Entry entry = group.entries.get(offset.value());
            boolean available = entry != null && !entry.done && (!entry.offered || entry.visibleAt <= now);
            if (available && named.add(offset.value())) entries.add(entry);
        }
        return entries;
    }

    /** The lowest new offset that, with all below it, would make more than the limit outstanding. */
    private long bound(Group group, List<Entry> taken, List<Entry> skipped) {
        TreeSet<Long> fresh = new TreeSet<>();
        for (Entry entry : taken) if (!entry.offered) fresh.add(entry.offset);
        for (Entry entry : skipped) if (!entry.offered) fresh.add(entry.offset);
        for (long offset : fresh) {
            long more = group.fresh().stream()
                    .filter(entry -> entry.offset <= offset && !skipped.contains(entry))
                    .count();
            if (group.open().size() + more > settings.inFlightMax()) return offset;
        }
        return Long.MAX_VALUE;
    }

    private static long highestFresh(List<Entry> entries) {
        return entries.stream()
                .filter(entry -> !entry.offered)
                .mapToLong(entry -> entry.offset)
                .max()
                .orElse(-1);
    }
}
