package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.model.ByteReader;
import org.escrowmq.model.ByteWriter;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;

/**
 * The stored form of a {@link QueueState} (docs/formats/queue-snapshot.md). Times are durations from the moment of the
 * snapshot, negative for what is visible already, so that the order among those is kept.
 *
 * <pre>
 * snapshot = version:u8 (3; 1 and 2 are read too) first next appendedBytes nextGroupNumber nextDeliveryNumber
 *            clients:number { id:text }  groups:number { group }
 *            recent:number { storedEpochMillis:signed fingerprint:u64 }    the newest messages; version 1 ends before
 *            arrivals:number { topic queue groupNumber number offset }     version 2 ends before
 * group    = number namespace:text name:text cursor nextDeliveryNumber expiredUndelivered leases:number { lease }
 * lease    = distance                     from the offset of the lease before, plus one
 *            attempt*32 + moving*16 + named*8 + grouped*4 + uncounted*2 + handedBack
 *                                         version 2: attempt*16 and no moving; version 1: attempt*4 + uncounted*2 + handedBack
 *            groupHash:u64 when grouped, attemptHash:u64 when named, destination when moving
 *            age                          nextDeliveryNumber of the group - deliveryNumber
 *            remainingMillis:signed
 *            client                       its place in the list of clients from 1, 0 when not auto-renewed
 * </pre>
 */
final class QueueSnapshot {
    private static final int VERSION = 3;
    private static final int GROUP_BYTES_MIN = 7;
    private static final int LEASE_BYTES_MIN = 5;
    private static final int HANDED_BACK = 1;
    private static final int UNCOUNTED = 2;
    private static final int GROUPED = 4;
    private static final int NAMED = 8;
    private static final int MOVING = 16;

    /** How many flags stand below the attempt, by version. */
    private static final int[] FLAG_BITS = {0, 2, 4, 5};

    private static final int VERSION_WITHOUT_RECENT = 1;
    private static final int VERSION_WITHOUT_ARRIVALS = 2;
    private static final int ARRIVAL_BYTES_MIN = 5;
    private static final int RECENT_BYTES_MIN = 9;

    private QueueSnapshot() {}

    /** What is not part of a group. */
    record Heading(long first, long next, long appendedBytes, int nextGroupNumber, long nextDeliveryNumber) {}

    static ByteBuffer write(QueueState state, long nowMillis) {
        ByteWriter out = new ByteWriter(1024);
        out.octet(VERSION).number(state.first().value()).number(state.next().value());
        out.number(state.appendedBytes()).number(state.nextGroupNumber()).number(state.nextDeliveryNumber());
        List<String> clients = state.renewingClients();
        Map<String, Integer> places = new HashMap<>();
        out.number(clients.size());
        for (String client : clients) {
            out.text(client);
            places.put(client, places.size() + 1);
        }
        out.number(state.allGroups().size());
        for (GroupState group : state.allGroups()) writeGroup(out, group, places, nowMillis);
        writeRecentIds(out, state.recentIds());
        writeArrivals(out, state.arrivals());
        return out.finish();
    }

    static QueueState read(QueueSettings settings, IdRoom room, ByteBuffer snapshot, long nowMillis) {
        ByteReader in = new ByteReader("queue snapshot", snapshot);
        int version = in.octet();
        if (version < 1 || version > VERSION) throw in.malformed("unknown version " + version);
        long first = in.number();
        Heading heading = new Heading(first, in.number(), in.number(), in.smallNumber("group number"), in.number());
        if (first > heading.next()) throw in.malformed("first offset " + first + " above next " + heading.next());
        QueueState state = new QueueState(settings, room);
        state.resume(heading);
        int clientCount = in.count("count of clients", 1);
        List<String> clients = new ArrayList<>(clientCount);
        for (int i = 0; i < clientCount; i++) clients.add(in.text());
        int groups = in.count("count of groups", GROUP_BYTES_MIN);
        int number = 0;
        for (int i = 0; i < groups; i++) {
            GroupState group = readGroup(in, version, state, clients, nowMillis);
            if (group.number <= number || state.hasGroup(group.name)) throw in.malformed("a group stands twice");
            number = group.number;
            state.resume(group);
        }
        if (version > VERSION_WITHOUT_RECENT) readRecentIds(in, state);
        if (version > VERSION_WITHOUT_ARRIVALS) readArrivals(in, state);
        if (!in.atEnd()) throw in.malformed("something follows the last part");
        return state;
    }

    /** The times as distances from the one before. */
    private static void writeRecentIds(ByteWriter out, RecentIds ids) {
        out.number(ids.next() - ids.first());
        long before = 0;
        for (long offset = ids.first(); offset < ids.next(); offset++) {
            long stored = ids.storedEpochMillis(offset);
            out.signed(stored - before).fixed(ids.fingerprint(offset));
            before = stored;
        }
    }

    private static void readRecentIds(ByteReader in, QueueState state) {
        int count = in.count("count of recent messages", RECENT_BYTES_MIN);
        long next = state.next().value();
        if (count > next - state.first().value()) throw in.malformed(count + " recent messages, more than are stored");
        long stored = 0;
        for (long offset = next - count; offset < next; offset++) {
            stored += in.signed();
            state.recentIds().add(offset, in.fixed(), stored);
        }
    }

    private static void writeArrivals(ByteWriter out, Arrivals arrivals) {
        out.number(arrivals.all().size());
        arrivals.all().forEach((id, offset) -> EventWriter.moveId(out, id).number(offset.value()));
    }

    private static void readArrivals(ByteReader in, QueueState state) {
        for (int count = in.count("count of arrivals", ARRIVAL_BYTES_MIN); count > 0; count--) {
            MoveId id = QueueEventCodec.moveId(in);
            if (state.arrivals().find(id) != null) throw in.malformed("an arrival stands twice");
            state.arrivals().add(id, new Offset(in.number()));
        }
    }

    private static void writeGroup(ByteWriter out, GroupState group, Map<String, Integer> clients, long nowMillis) {
        out.number(group.number).text(group.name.namespace()).text(group.name.name());
        out.number(group.cursor()).number(group.nextDeliveryNumber()).number(group.expiredUndelivered());
        List<Lease> leases = new ArrayList<>(group.leases.size());
        group.leases.forEach(leases::add);
        leases.sort(Comparator.comparingLong(lease -> lease.offset));
        out.number(leases.size());
        long expected = 0;
        for (Lease lease : leases) {
            out.number(lease.offset - expected);
            out.number(((long) lease.attempt << FLAG_BITS[VERSION])
                    + (lease.isMoving() ? MOVING : 0)
                    + (lease.attemptHash != 0 ? NAMED : 0)
                    + (lease.groupHash != 0 ? GROUPED : 0)
                    + (lease.counted ? 0 : UNCOUNTED)
                    + (lease.handedBack ? HANDED_BACK : 0));
            if (lease.groupHash != 0) out.fixed(lease.groupHash);
            if (lease.attemptHash != 0) out.fixed(lease.attemptHash);
            if (lease.destination != null) out.number(lease.destination.code());
            out.number(group.nextDeliveryNumber() - lease.deliveryNumber);
            out.signed(remaining(lease, nowMillis));
            out.number(lease.renewedBy == null ? 0 : clients.getOrDefault(lease.renewedBy.id, 0));
            expected = lease.offset + 1;
        }
    }

    private static long remaining(Lease lease, long nowMillis) {
        return lease.visibleAtMillis == Long.MAX_VALUE ? Long.MAX_VALUE : lease.visibleAtMillis - nowMillis;
    }

    private static GroupState readGroup(
            ByteReader in, int version, QueueState state, List<String> clients, long nowMillis) {
        int number = (int) in.number("group number", state.nextGroupNumber() - 1L);
        GroupName name = new GroupName(in.text(), in.text());
        long cursor = in.number("cursor", state.next().value());
        if (cursor < state.first().value()) throw in.malformed("cursor " + cursor + " below the first offset");
        GroupState group = new GroupState(name, number, state.clients(), cursor, in.number(), in.number());
        int leases = in.count("count of leases", LEASE_BYTES_MIN);
        long expected = 0;
        for (int i = 0; i < leases; i++) {
            long offset = expected + in.number("distance of a lease", cursor - expected - 1);
            if (offset < state.first().value()) throw in.malformed("a lease below the first offset, at " + offset);
            readLease(in, version, state, group, offset, clients, nowMillis);
            expected = offset + 1;
        }
        return group;
    }

    private static void readLease(
            ByteReader in,
            int version,
            QueueState state,
            GroupState group,
            long offset,
            List<String> clients,
            long nowMillis) {
        int flagBits = FLAG_BITS[version];
        long attemptAndFlags = in.number("attempt", ((long) Integer.MAX_VALUE + 1 << flagBits) - 1);
        int flags = (int) attemptAndFlags & (1 << flagBits) - 1;
        long groupHash = (flags & GROUPED) == 0 ? 0 : in.fixed();
        long attemptHash = (flags & NAMED) == 0 ? 0 : in.fixed();
        Move.Destination destination = (flags & MOVING) == 0 ? null : QueueEventCodec.destination(in);
        long deliveryNumber = group.nextDeliveryNumber() - in.number("age of a delivery", group.nextDeliveryNumber());
        Lease lease = new Lease(offset, groupHash, GroupState.timeAfter(nowMillis, in.signed()));
        lease.attempt = (int) (attemptAndFlags >>> flagBits);
        lease.counted = (flags & UNCOUNTED) == 0;
        lease.handedBack = (flags & HANDED_BACK) != 0;
        lease.deliveryNumber = deliveryNumber;
        lease.destination = destination;
        if (destination == null && (lease.attempt == 0) != (deliveryNumber == 0))
            throw in.malformed("an attempt without a delivery");
        int client = (int) in.number("place of a client", clients.size());
        if (client > 0) state.clients().hold(lease, clients.get(client - 1));
        group.resume(lease, attemptHash);
    }
}
