package org.escrowmq.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Offset;
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
    private long nowMillis;

    /** Carries out one command and tells what came of it. */
    String run(String line) {
        String[] words = line.split(" +");
        return switch (words[0]) {
            case "limit" -> limit(Integer.parseInt(words[3]));
            case "at" -> at(millis(words[1]));
            case "append" -> decide(new QueueCommand.Append(messages(Integer.parseInt(words[1])), 1_000));
            case "start" -> decide(new QueueCommand.StartGroup(group(words), words[2].equals("first")));
            case "delete" -> decide(new QueueCommand.DeleteGroup(group(words)));
            case "deliver" -> decide(deliver(words));
            case "ack" -> decide(new QueueCommand.Acknowledge(group(words), offset(words[2]), number(words[3])));
            case "change" -> decide(change(words));
            case "release" -> decide(new QueueCommand.ReleaseClient(words[1], words.length > 2 ? millis(words[3]) : 0));
            case "reset" -> decide(new QueueCommand.ResetGroup(group(words), offset(words[2])));
            case "trim" -> decide(new QueueCommand.Trim(offset(words[1])));
            case "candidates" -> candidates(group(words), Integer.parseInt(words[2]));
            case "groups" -> groups();
            case "clients" -> orNone(String.join(" ", state.renewingClients()));
            case "offsets" -> state.first().value() + " to " + state.next().value();
            case "visible" -> visible();
            case "snapshot" -> takeSnapshot();
            case "restart" -> restart();
            default -> throw new IllegalArgumentException("unknown command: " + line);
        };
    }

    private String limit(int inFlightMax) {
        settings = new QueueSettings(inFlightMax, settings.autoRenewMaxMillis(), settings.releaseDelayMillis());
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
        return next == Long.MAX_VALUE ? "never" : "at " + (next % 1_000 == 0 ? next / 1_000 + "s" : next + "ms");
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
        if (reply instanceof QueueReply.Refused refused)
            return "refused, " + refused.refusal().text();
        if (!(reply instanceof QueueReply.Delivered delivered)) return "ok";
        return orNone(delivered.leases().stream()
                .map(lease -> lease.offset().value() + "#" + lease.attempt() + "=d" + lease.deliveryNumber())
                .collect(Collectors.joining(" ")));
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "none" : text;
    }

    private static List<QueueCommand.Incoming> messages(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> new QueueCommand.Incoming(i, 0, 100))
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
