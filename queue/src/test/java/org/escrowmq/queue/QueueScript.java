package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
import org.escrowmq.model.QueueId;
import org.escrowmq.model.TopicId;
import org.jspecify.annotations.Nullable;

/**
 * A queue driven by lines of text; scripts/README.txt explains the words. Each event passes through its stored form before
 * it is applied.
 */
final class QueueScript {
    private QueueSettings settings = QueueSettings.STANDARD;
    private QueueState state = new QueueState(settings);
    private @Nullable ByteBuffer snapshot;
    private final List<QueueEvent> sinceSnapshot = new ArrayList<>();
    private final Map<Long, Long> groupHashes = new HashMap<>();
    private long nowMillis;

    /** Carries out one command and tells what came of it. */
    String run(String line) {
        String[] words = line.split(" +");
        return switch (words[0]) {
            case "limit" -> limit(words);
            case "quota" -> quota(group(words), Integer.parseInt(words[2]));
            case "at" -> at(millis(words[1]));
            case "append" -> decide(new QueueCommand.Append(messages(words), nowMillis));
            case "find" -> find(Long.parseLong(words[1]));
            case "send" -> send(Arrays.asList(words).subList(1, words.length));
            case "next" -> decide(next(words));
            case "start" -> decide(new QueueCommand.StartGroup(group(words), words[2].equals("first")));
            case "delete" -> decide(new QueueCommand.DeleteGroup(group(words)));
            case "deliver" -> decide(deliver(words));
            case "ack" -> decide(new QueueCommand.Acknowledge(group(words), offset(words[2]), number(words[3])));
            case "change" -> decide(change(words));
            case "release" -> decide(new QueueCommand.ReleaseClient(words[1], words.length > 2 ? millis(words[3]) : 0));
            case "reset" -> decide(new QueueCommand.ResetGroup(group(words), offset(words[2])));
            case "bury" -> decide(new QueueCommand.Bury(group(words), Integer.parseInt(words[2]), 100));
            case "dead" -> decide(new QueueCommand.DeadLetter(group(words), offset(words[2]), number(words[3])));
            case "redrive" -> decide(new QueueCommand.Redrive(group(words), offsets(words, 2)));
            case "moved" -> decide(new QueueCommand.FinishMove(move(words)));
            case "stuck" -> decide(new QueueCommand.GiveUpMove(move(words)));
            case "take" -> decide(new QueueCommand.TakeIn(moveId(words[1]), incoming(words[2]), nowMillis));
            case "forget" -> decide(new QueueCommand.ForgetArrival(moveId(words[1])));
            case "moves" -> moves(state.moves());
            case "arrivals" -> arrivals();
            case "trim" -> decide(new QueueCommand.Trim(offset(words[1])));
            case "candidates" -> candidates(group(words), Integer.parseInt(words[2]));
            case "groups" -> groups();
            case "clients" -> orNone(String.join(" ", state.renewingClients()));
            case "offsets" -> state.first().value() + " to " + state.next().value();
            case "visible" -> visible();
            case "standing" -> standing(offset(words[1]));
            case "snapshot" -> takeSnapshot();
            case "restart" -> restart();
            default -> throw new IllegalArgumentException("unknown command: " + line);
        };
    }

    private String quota(GroupName group, int max) {
        state.limitInFlight(group, max);
        return "";
    }

    private String limit(String[] words) {
        boolean ids = words[1].equals("ids");
        settings = new QueueSettings(
                ids ? settings.inFlightMax() : Integer.parseInt(words[3]),
                settings.autoRenewMaxMillis(),
                settings.releaseDelayMillis(),
                settings.duplicateWindowMillis(),
                ids ? Integer.parseInt(words[2]) : settings.duplicateIdsMax());
        state = new QueueState(settings);
        return "";
    }

    private String at(long millis) {
        nowMillis = millis;
        return "";
    }

    private String decide(QueueCommand command) {
        Decision decision = state.decide(command, nowMillis);
        for (QueueEvent event : QueueEventCodec.decode(QueueEventCodec.encode(decision.events()))) {
            state.apply(event, nowMillis);
            sinceSnapshot.add(event);
        }
        return text(decision.reply()) + (decision.events().isEmpty() ? ", nothing written" : "");
    }

    private String send(List<String> messageGroups) {
        List<QueueCommand.Incoming> messages = new ArrayList<>();
        for (String group : messageGroups) {
            groupHashes.put(state.next().value() + messages.size(), hash(group));
            messages.add(new QueueCommand.Incoming(messages.size(), hash(group), 100));
        }
        return decide(new QueueCommand.Append(messages, 1_000));
    }

    /** Looks at everything that an ordered group could be given. */
    private QueueCommand next(String[] words) {
        List<String> all = Arrays.asList(words);
        int end = Math.max(all.indexOf("lease"), all.indexOf("renewed"));
        boolean renewed = words[end].equals("renewed");
        int named = all.indexOf("as");
        int max = Integer.parseInt(words[2]);
        long attempt = named < 0 ? 0 : hash(words[named + 1]);
        List<String> unwanted = all.contains("but") ? all.subList(all.indexOf("but") + 1, end) : List.of();
        QueueState.InOrder offer = state.inOrder(group(words), max, attempt, nowMillis);
        List<QueueCommand.Looked> again = new ArrayList<>();
        for (QueueState.Candidate candidate : offer.again()) {
            again.add(looked(candidate.offset().value(), unwanted));
        }
        List<QueueCommand.Looked> fresh = new ArrayList<>();
        for (long offset = offer.fresh().value(); offset < state.next().value(); offset++) {
            fresh.add(looked(offset, unwanted));
        }
        String client = words[renewed ? end + 1 : end + 2];
        long lease = renewed ? 0 : millis(words[end + 1]);
        return new QueueCommand.DeliverInOrder(
                group(words), again, fresh, max, Long.MAX_VALUE, lease, renewed, client, attempt);
    }

    private QueueCommand.Looked looked(long offset, List<String> unwanted) {
        return new QueueCommand.Looked(
                new Offset(offset),
                groupHashes.getOrDefault(offset, 0L),
                100,
                !unwanted.contains(Long.toString(offset)));
    }

    private static long hash(String text) {
        return text.equals("-") ? 0 : text.hashCode();
    }

    private static QueueCommand deliver(String[] words) {
        List<String> all = Arrays.asList(words);
        int end = Math.max(all.indexOf("lease"), all.indexOf("renewed"));
        int skip = all.indexOf("skip") < 0 ? end : all.indexOf("skip");
        boolean renewed = words[end].equals("renewed");
        List<Offset> take =
                all.subList(3, skip).stream().map(QueueScript::offset).toList();
        List<Offset> skipped = skip == end
                ? List.of()
                : all.subList(skip + 1, end).stream().map(QueueScript::offset).toList();
        return new QueueCommand.Deliver(
                group(words), take, skipped, renewed ? 0 : millis(words[end + 1]), renewed, words[words.length - 1]);
    }

    private static QueueCommand change(String[] words) {
        return new QueueCommand.ChangeInvisible(
                group(words), offset(words[2]), number(words[3]), millis(words[5]), words.length == 6);
    }

    private String find(long fingerprint) {
        Offset found = state.withFingerprint(fingerprint, nowMillis);
        return found == null ? "none" : Long.toString(found.value());
    }

    private String candidates(GroupName group, int max) {
        List<QueueState.Candidate> found = state.candidates(group, max, nowMillis);
        if (state.hasCandidates(group, nowMillis) == found.isEmpty()) throw new AssertionError("hasCandidates differs");
        return orNone(found.stream()
                .map(candidate -> candidate.offset().value() + "#" + candidate.attempt())
                .collect(Collectors.joining(" ")));
    }

    private String groups() {
        return orNone(state.groups(nowMillis).stream()
                .map(group -> group.group() + ": progress " + group.progress().value() + ", lag " + group.lag()
                        + ", in flight " + group.inFlight() + ", waiting " + group.waiting() + ", expired "
                        + group.expiredUndelivered())
                .collect(Collectors.joining("; ")));
    }

    private String visible() {
        long next = state.nextVisibleMillisAfter(nowMillis);
        return next == Long.MAX_VALUE ? "never" : "at " + time(next);
    }

    private String standing(Offset offset) {
        return orNone(state.standings(offset, nowMillis).stream()
                .map(standing -> standing.group() + " "
                        + standing.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                        + (standing.attempt() == 0 ? "" : " #" + standing.attempt())
                        + (standing.forMillis() == 0 ? "" : " for " + time(standing.forMillis())))
                .collect(Collectors.joining("; ")));
    }

    private static String time(long millis) {
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    private String takeSnapshot() {
        snapshot = state.snapshot(nowMillis);
        sinceSnapshot.clear();
        return "";
    }

    private String restart() {
        state = snapshot == null ? new QueueState(settings) : QueueState.restore(settings, snapshot, nowMillis);
        for (QueueEvent event : sinceSnapshot) state.apply(event, nowMillis);
        return "";
    }

    private static String text(QueueReply reply) {
        if (reply instanceof QueueReply.Appended appended)
            return "from " + appended.first().value();
        if (reply instanceof QueueReply.InvisibleChanged changed) return "d" + changed.deliveryNumber();
        if (reply instanceof QueueReply.Moving moving) return moves(moving.moves());
        if (reply instanceof QueueReply.Refused refused)
            return "refused, " + refused.refusal().text();
        if (!(reply instanceof QueueReply.Delivered delivered)) return "ok";
        return orNone(delivered.leases().stream()
                .map(lease -> lease.offset().value() + "#" + lease.attempt() + "=d" + lease.deliveryNumber())
                .collect(Collectors.joining(" ")));
    }

    private static String moves(List<Move> moves) {
        return orNone(moves.stream()
                .map(move -> move.offset().value() + "=d" + move.number()
                        + (move.destination() == Move.Destination.ORIGIN ? " to its origin" : ""))
                .collect(Collectors.joining(", ")));
    }

    private String arrivals() {
        return orNone(state.openArrivals().stream()
                .map(id -> id.from().topic().value() + "/" + id.from().number() + "/" + id.groupNumber() + "/"
                        + id.number())
                .collect(Collectors.joining(" ")));
    }

    /** The open move of an offset, or one that nobody knows. */
    private Move move(String[] words) {
        GroupName group = group(words);
        return state.moves().stream()
                .filter(move -> move.group().equals(group)
                        && move.offset().equals(offset(words[2]))
                        && move.number() == number(words[3]))
                .findFirst()
                .orElse(new Move(group, 1, offset(words[2]), number(words[3]), Move.Destination.ORIGIN));
    }

    private static MoveId moveId(String word) {
        String[] parts = word.split("/");
        QueueId from = new QueueId(new TopicId(Long.parseLong(parts[0])), Integer.parseInt(parts[1]));
        return new MoveId(from, Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
    }

    private static QueueCommand.Incoming incoming(String fingerprint) {
        return new QueueCommand.Incoming(Long.parseLong(fingerprint), 0, 100);
    }

    private static List<Offset> offsets(String[] words, int from) {
        return Arrays.stream(words).skip(from).map(QueueScript::offset).toList();
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "none" : text;
    }

    private static List<QueueCommand.Incoming> messages(String[] words) {
        int count = Integer.parseInt(words[1]);
        return IntStream.range(0, count)
                .mapToObj(i -> new QueueCommand.Incoming(words.length > 2 ? Long.parseLong(words[3 + i]) : i, 0, 100))
                .toList();
    }

    private static GroupName group(String[] words) {
        return GroupName.of(words[1]);
    }

    private static Offset offset(String word) {
        return new Offset(Long.parseLong(word));
    }

    private static long number(String word) {
        return Long.parseLong(word.substring(1));
    }

    private static long millis(String word) {
        if (word.endsWith("ms")) return Long.parseLong(word.substring(0, word.length() - 2));
        return 1_000 * Long.parseLong(word.substring(0, word.length() - 1));
    }
}
