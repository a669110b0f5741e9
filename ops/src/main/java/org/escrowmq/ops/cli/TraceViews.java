package org.escrowmq.ops.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.escrowmq.admin.v1.TraceEvent;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.TraceStanding;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.escrowmq.ops.view.View.Rows;
import org.jspecify.annotations.Nullable;

/** The life of a message as a view. */
final class TraceViews {
    private static final Set<TraceEvent.Kind> MOVES =
            EnumSet.of(TraceEvent.Kind.GROUP_OPENED, TraceEvent.Kind.GROUP_MOVED, TraceEvent.Kind.GIVEN_UP);

    private TraceViews() {}

    static View life(TraceMessageResponse life) {
        Fields fields = new Fields()
                .with("topic", life.getTopic())
                .with("queue", life.getQueue())
                .with("offset", life.getOffset())
                .with("messageId", life.getMessageId().isEmpty() ? null : life.getMessageId())
                .with("entriesRead", life.getEntriesRead())
                .with("knownSince", moment(life.getSinceEpochMillis()))
                .with("readUntil", moment(life.getUntilEpochMillis()))
                .with("complete", life.getFromTheStart() && life.getToTheEnd())
                .with("missing", missing(life));
        Map<String, Rows> sections = new LinkedHashMap<>();
        sections.put("events", events(life.getOffset(), life.getEventsList()));
        sections.put("groups", standings(life.getStandingsList()));
        if (life.getOthersCount() > 0) {
            List<List<Object>> others = new ArrayList<>();
            life.getOthersList().forEach(place -> others.add(List.of(place.getQueue(), place.getOffset())));
            sections.put("sameId", new Rows(List.of("queue", "offset"), others));
        }
        return new View.Details(fields.asMap(), sections);
    }

    /** What a reader must not take for granted; null when nothing is missing. */
    private static @Nullable String missing(TraceMessageResponse life) {
        List<String> gaps = new ArrayList<>();
        if (!life.getFromTheStart()) {
            gaps.add("the journal no longer has the beginning: nothing before " + moment(life.getSinceEpochMillis())
                    + " is known");
        }
        if (!life.getToTheEnd()) {
            gaps.add("a limit ended the reading: nothing after " + moment(life.getUntilEpochMillis())
                    + " was read (--within)");
        }
        return gaps.isEmpty() ? null : String.join("; ", gaps);
    }

    private static @Nullable Instant moment(long epochMillis) {
        return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis);
    }

    /** What happened to the message at this offset. */
    static Rows events(long offset, List<TraceEvent> events) {
        List<List<Object>> rows = new ArrayList<>();
        for (TraceEvent event : events)
            rows.add(new ArrayList<>(fields(offset, event).values()));
        return new Rows(
                new ArrayList<>(fields(offset, TraceEvent.getDefaultInstance()).keySet()), rows);
    }

    private static Map<String, Object> fields(long offset, TraceEvent event) {
        return new Fields()
                .with("time", Instant.ofEpochMilli(event.getEpochMillis()))
                .with("entry", event.getEntry())
                .with("event", lower(event.getKind()))
                .with("group", group(event))
                .with("attempt", event.getAttempt() == 0 ? null : event.getAttempt())
                .with("delivery", event.getDeliveryNumber() == 0 ? null : event.getDeliveryNumber())
                .with("client", event.getClientId().isEmpty() ? null : event.getClientId())
                .with("lasting", lasting(event))
                .with("to", MOVES.contains(event.getKind()) ? event.getTo() : null)
                .with("note", note(offset, event))
                .asMap();
    }

    private static @Nullable Duration lasting(TraceEvent event) {
        return switch (event.getKind()) {
            case DELIVERED, INVISIBLE_CHANGED, RELEASED -> Duration.ofMillis(event.getDurationMillis());
            case STORED,
                    SKIPPED,
                    BLOCKED,
                    ACKNOWLEDGED,
                    GROUP_OPENED,
                    GROUP_DELETED,
                    GROUP_MOVED,
                    GIVEN_UP,
                    ARRIVED,
                    DEAD_LETTER_DECIDED,
                    REDRIVE_DECIDED,
                    MOVED,
                    MOVE_GIVEN_UP,
                    KIND_UNSPECIFIED,
                    UNRECOGNIZED -> null;
        };
    }

    private static @Nullable String group(TraceEvent event) {
        if (!event.getGroup().isEmpty()) return event.getGroup();
        return event.getGroupNumber() == 0 ? null : "(deleted, number " + event.getGroupNumber() + ")";
    }

    private static @Nullable String note(long offset, TraceEvent event) {
        boolean behind = event.getTo() > offset;
        return switch (event.getKind()) {
            case STORED -> event.getBytes() + " bytes";
            case DELIVERED ->
                event.getSameReceive()
                        ? "the same receive again"
                        : event.getAutoRenew() ? "renewed while its client lives" : null;
            case SKIPPED -> "its filter does not want it";
            case BLOCKED -> "behind its message group";
            case INVISIBLE_CHANGED -> event.getUncounted() ? "no attempt more" : null;
            case RELEASED -> "its client was gone";
            case GROUP_OPENED -> behind ? "begins behind it" : null;
            case GROUP_MOVED -> behind ? "passes it" : "comes to it again";
            case GIVEN_UP -> "retention or purge" + (event.getOrBefore() ? ", then or before" : "");
            case ARRIVED -> "from queue " + event.getFromQueue() + " of topic number " + event.getFromTopicId();
            case DEAD_LETTER_DECIDED -> "goes to the dead letters";
            case REDRIVE_DECIDED -> "goes back to its topic";
            case MOVE_GIVEN_UP -> "its topic does not exist";
            case ACKNOWLEDGED, MOVED, GROUP_DELETED, KIND_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private static Rows standings(List<TraceStanding> standings) {
        List<List<Object>> rows = new ArrayList<>();
        for (TraceStanding standing : standings) {
            rows.add(new ArrayList<>(new Fields()
                    .with("group", standing.getGroup())
                    .with("state", lower(standing.getState()))
                    .with("attempt", standing.getAttempt() == 0 ? null : standing.getAttempt())
                    .with(
                            "lasting",
                            standing.getLastingMillis() == 0 ? null : Duration.ofMillis(standing.getLastingMillis()))
                    .asMap()
                    .values()));
        }
        return new Rows(List.of("group", "state", "attempt", "lasting"), rows);
    }

    private static String lower(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
