package org.escrowmq.ops.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.escrowmq.admin.v1.Client;
import org.escrowmq.admin.v1.GroupFigures;
import org.escrowmq.admin.v1.Permission;
import org.escrowmq.admin.v1.QueueFigures;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.admin.v1.TopicDetail;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View.ByteCount;
import org.escrowmq.ops.view.View.Details;
import org.escrowmq.ops.view.View.Rows;

/** Topics, their queues and the groups on them, as views. */
final class TopicViews {
    private TopicViews() {}

    static Rows list(List<Topic> topics) {
        List<List<Object>> rows = new ArrayList<>();
        for (Topic topic : topics) rows.add(new ArrayList<>(fields(topic).values()));
        return new Rows(new ArrayList<>(fields(Topic.getDefaultInstance()).keySet()), rows);
    }

    static Map<String, Object> fields(Topic topic) {
        return new Fields()
                .with("name", topic.getName())
                .with("type", topic.getType().name().toLowerCase(Locale.ROOT))
                .with("queues", topic.getQueues())
                .with("permission", permission(topic.getPermission()))
                .with("retention", Duration.ofSeconds(topic.getRetentionSeconds()))
                .with("dropDuplicates", topic.getDropDuplicates())
                .with("created", Instant.ofEpochMilli(topic.getCreatedEpochMillis()))
                .with("id", topic.getId())
                .asMap();
    }

    static Details detail(TopicDetail detail) {
        Fields fields = new Fields();
        fields(detail.getTopic()).forEach(fields::with);
        QuotaViews.add(fields, detail.getQuota());
        fields.with(
                        "messages",
                        detail.getQueuesList().stream()
                                .mapToLong(q -> q.getNextOffset() - q.getFirstOffset())
                                .sum())
                .with(
                        "stored",
                        new ByteCount(detail.getQueuesList().stream()
                                .mapToLong(QueueFigures::getStoredBytes)
                                .sum()))
                .with(
                        "sentPerSecond",
                        detail.getQueuesList().stream()
                                .mapToDouble(QueueFigures::getSentPerSecond)
                                .sum())
                .with("warnings", List.copyOf(detail.getWarningsList()));
        Map<String, Rows> sections = new LinkedHashMap<>();
        sections.put("queueFigures", queues(detail.getQueuesList()));
        sections.put("groups", groupFigures(detail.getGroupsList()));
        sections.put("clients", clients(detail.getClientsList()));
        return new Details(fields.asMap(), sections);
    }

    private static Rows queues(List<QueueFigures> queues) {
        List<List<Object>> rows = new ArrayList<>();
        for (QueueFigures q : queues) {
            rows.add(Arrays.asList(
                    q.getQueue(),
                    q.getFirstOffset(),
                    q.getNextOffset(),
                    new ByteCount(q.getStoredBytes()),
                    q.getSentPerSecond()));
        }
        return new Rows(List.of("queue", "firstOffset", "nextOffset", "stored", "sentPerSecond"), rows);
    }

    static Rows groupFigures(List<GroupFigures> figures) {
        List<List<Object>> rows = new ArrayList<>();
        for (GroupFigures f : figures) {
            rows.add(Arrays.asList(
                    f.getGroup(),
                    f.getTopic(),
                    f.getQueue(),
                    f.getProgress(),
                    f.getLag(),
                    f.getInFlight(),
                    f.getWaiting()));
        }
        return new Rows(List.of("group", "topic", "queue", "progress", "lag", "inFlight", "waiting"), rows);
    }

    static Rows clients(List<Client> clients) {
        List<List<Object>> rows = new ArrayList<>();
        for (Client client : clients) rows.add(new ArrayList<>(client(client).values()));
        return new Rows(new ArrayList<>(client(Client.getDefaultInstance()).keySet()), rows);
    }

    static Map<String, Object> client(Client client) {
        return new Fields()
                .with("id", client.getId())
                .with("kind", client.getKind().toLowerCase(Locale.ROOT))
                .with("language", client.getLanguage())
                .with("version", client.getVersion())
                .with("peer", client.getPeer())
                .with("group", client.getGroup())
                .with("topics", List.copyOf(client.getTopicsList()))
                .with("connected", Instant.ofEpochMilli(client.getConnectedEpochMillis()))
                .with("lastHeard", Instant.ofEpochMilli(client.getLastHeardEpochMillis()))
                .asMap();
    }

    static String permission(Permission permission) {
        return permission.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
