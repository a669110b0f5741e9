package org.escrowmq.ops.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.Transaction;
import org.escrowmq.admin.v1.TransactionDetail;
import org.escrowmq.admin.v1.TransactionMoment;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;

/** Transactions as views. */
final class TransactionViews {
    private static final List<String> COLUMNS =
            List.of("transactionId", "topic", "messageId", "state", "stored", "since", "checks", "sender");

    private TransactionViews() {}

    static View list(List<Transaction> transactions) {
        List<List<Object>> rows = new ArrayList<>();
        for (Transaction one : transactions) {
            rows.add(List.of(
                    one.getTransactionId(),
                    one.getTopic(),
                    one.getMessageId(),
                    state(one),
                    Instant.ofEpochMilli(one.getStoredEpochMillis()),
                    Instant.ofEpochMilli(one.getSinceEpochMillis()),
                    one.getChecks(),
                    one.getSender()));
        }
        return new View.Rows(COLUMNS, rows);
    }

    private static String state(Transaction one) {
        return one.getState().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@code life}: of the visible message; null while it is not visible. */
    static View detail(TransactionDetail detail, @Nullable TraceMessageResponse life) {
        Transaction one = detail.getTransaction();
        Fields fields = new Fields()
                .with("transactionId", one.getTransactionId())
                .with("topic", one.getTopic())
                .with("queue", one.getQueue())
                .with("messageId", one.getMessageId())
                .with("state", state(one))
                .with("stored", Instant.ofEpochMilli(one.getStoredEpochMillis()))
                .with("since", Instant.ofEpochMilli(one.getSinceEpochMillis()))
                .with("source", one.getSource())
                .with("by", one.getBy())
                .with("sender", one.getSender())
                .with("offset", one.getOffset() < 0 ? null : one.getOffset())
                .with("checks", one.getChecks())
                .with("nextCheck", time(one.getNextCheckEpochMillis()))
                .with("lateAnswer", one.getLateResolution().isEmpty() ? null : one.getLateResolution())
                .with("lateAnswerAt", time(one.getLateEpochMillis()))
                .with("lateAnswerBy", one.getLateClient().isEmpty() ? null : one.getLateClient());
        if (detail.hasMessage()) {
            Map<String, Object> message = MessageViews.fields(detail.getMessage());
            for (String field : List.of("tag", "keys", "properties", "born", "body"))
                fields.with(field, message.get(field));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (TransactionMoment moment : detail.getMomentsList()) {
            rows.add(List.of(
                    Instant.ofEpochMilli(moment.getEpochMillis()),
                    moment.getWhat(),
                    moment.getBy(),
                    moment.getDetail()));
        }
        Map<String, View.Rows> sections = new LinkedHashMap<>();
        sections.put("history", new View.Rows(List.of("time", "what", "by", "detail"), rows));
        if (life != null) sections.put("delivery", TraceViews.events(life.getOffset(), life.getEventsList()));
        return new View.Details(fields.asMap(), sections);
    }

    private static @Nullable Object time(long epochMillis) {
        return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis);
    }
}
