package org.escrowmq.ops.cli;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.admin.v1.StoredMessage;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View.Rows;

/** Stored messages as views. */
final class MessageViews {
    private static final List<String> COLUMNS = List.of(
            "topic", "queue", "offset", "messageId", "type", "tag", "keys", "properties", "born", "stored", "body");

    private MessageViews() {}

    static Rows list(List<StoredMessage> messages) {
        List<List<Object>> rows = new ArrayList<>();
        for (StoredMessage message : messages)
            rows.add(new ArrayList<>(fields(message).values()));
        return new Rows(COLUMNS, rows);
    }

    static Map<String, Object> fields(StoredMessage message) {
        return new Fields()
                .with("topic", message.getTopic())
                .with("queue", message.getQueue())
                .with("offset", message.getOffset())
                .with("messageId", message.getMessageId())
                .with("type", message.getType().toLowerCase(java.util.Locale.ROOT))
                .with("tag", message.getTag().isEmpty() ? null : message.getTag())
                .with("keys", List.copyOf(message.getKeysList()))
                .with("properties", new LinkedHashMap<>(new TreeMap<>(message.getPropertiesMap())))
                .with("born", Instant.ofEpochMilli(message.getBornEpochMillis()))
                .with("stored", Instant.ofEpochMilli(message.getStoredEpochMillis()))
                .with("body", body(message.getBody(), message.getBodyEncoding()))
                .asMap();
    }

    private static String body(ByteString stored, String encoding) {
        return BodyText.of(stored, "gzip".equalsIgnoreCase(encoding));
    }
}
