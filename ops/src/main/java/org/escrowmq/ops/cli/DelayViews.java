package org.escrowmq.ops.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.admin.v1.DelayedMessageDetail;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;

/** Delayed messages as views. */
final class DelayViews {
    private static final List<String> COLUMNS =
            List.of("recallHandle", "topic", "queue", "messageId", "due", "stored", "movedBy");

    /** By what a histogram counts, in UTC. */
    enum Span {
        HOUR(1),
        DAY(24);

        private final int hours;

        Span(int hours) {
            this.hours = hours;
        }
    }

    private DelayViews() {}

    static View list(List<DelayedMessage> messages) {
        List<List<Object>> rows = new ArrayList<>();
        for (DelayedMessage one : messages) {
            List<Object> row = new ArrayList<>(List.of(
                    one.getRecallHandle(),
                    one.getTopic(),
                    one.getQueue(),
                    one.getMessageId(),
                    Instant.ofEpochMilli(one.getDueEpochMillis()),
                    Instant.ofEpochMilli(one.getStoredEpochMillis())));
            row.add(text(one.getBy()));
            rows.add(row);
        }
        return new View.Rows(COLUMNS, rows);
    }

    static View detail(DelayedMessageDetail detail) {
        DelayedMessage one = detail.getDelayed();
        Fields fields = new Fields()
                .with("recallHandle", one.getRecallHandle())
                .with("topic", one.getTopic())
                .with("queue", one.getQueue())
                .with("messageId", text(one.getMessageId()))
                .with("state", one.getState().name().toLowerCase(Locale.ROOT))
                .with("stored", time(one.getStoredEpochMillis()))
                .with("due", time(one.getDueEpochMillis()))
                .with("ofTransaction", one.getState() == DelayedMessage.State.WAITING ? one.getOfTransaction() : null)
                .with("changed", time(one.getChangedEpochMillis()))
                .with("source", text(one.getSource()))
                .with("by", text(one.getBy()));
        if (detail.hasMessage()) {
            Map<String, Object> message = MessageViews.fields(detail.getMessage());
            for (String field : List.of("type", "tag", "keys", "properties", "born", "body"))
                fields.with(field, message.get(field));
        }
        return new View.Details(fields.asMap(), Map.of());
    }

    static View histogram(CountDelayedMessagesResponse counts, Span by) {
        Map<Instant, Long> spans = new TreeMap<>();
        for (CountDelayedMessagesResponse.Hour hour : counts.getHoursList()) {
            long first = Math.floorDiv(hour.getHour(), by.hours) * (long) by.hours;
            spans.merge(Instant.EPOCH.plus(Duration.ofHours(first)), hour.getMessages(), Long::sum);
        }
        List<List<Object>> rows = new ArrayList<>();
        spans.forEach((from, messages) -> rows.add(List.of(from, messages)));
        return new View.Details(
                new Fields()
                        .with("topic", counts.getTopic())
                        .with("waiting", counts.getWaiting())
                        .with("by", by.name().toLowerCase(Locale.ROOT))
                        .asMap(),
                Map.of("due", new View.Rows(List.of("from", "messages"), rows)));
    }

    private static @Nullable Object text(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Object time(long epochMillis) {
        return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis);
    }
}
