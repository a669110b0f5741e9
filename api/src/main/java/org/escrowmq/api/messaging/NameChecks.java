package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Resource;
import apache.rocketmq.v2.Status;
import java.util.Locale;
import java.util.Set;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/** Which names of topics and groups are legal: their length, their characters, and names kept for systems. */
final class NameChecks {
    static final int TOPIC_CHARS_MAX = 127;
    static final int GROUP_CHARS_MAX = 120;

    private static final Set<String> SYSTEM_TOPICS = Set.of(
            "TBW102",
            "SCHEDULE_TOPIC_XXXX",
            "BenchmarkTest",
            "RMQ_SYS_TRANS_HALF_TOPIC",
            "RMQ_SYS_TRACE_TOPIC",
            "RMQ_SYS_TRANS_OP_HALF_TOPIC",
            "TRANS_CHECK_MAX_TIME_TOPIC",
            "SELF_TEST_TOPIC",
            "OFFSET_MOVED_EVENT",
            "CHECKPOINT_TOPIC");
    private static final String SYSTEM_TOPIC_PREFIX = "rmq_sys_";
    private static final String SYSTEM_GROUP_PREFIX = "CID_RMQ_SYS_";

    private NameChecks() {}

    static TopicName topicName(Resource topic) {
        return new TopicName(topic.getResourceNamespace(), topic.getName());
    }

    static GroupName groupName(Resource group) {
        return new GroupName(group.getResourceNamespace(), group.getName());
    }

    static @Nullable Status topic(Resource topic) {
        String name = topic.getName();
        if (!legal(name, TOPIC_CHARS_MAX) || !legalNamespace(topic)) {
            return Statuses.of(Code.ILLEGAL_TOPIC, text("topic", name, TOPIC_CHARS_MAX));
        }
        if (SYSTEM_TOPICS.contains(name) || name.startsWith(SYSTEM_TOPIC_PREFIX)) {
            return Statuses.of(Code.ILLEGAL_TOPIC, "the topic name " + name + " is kept for systems");
        }
        return null;
    }

    static @Nullable Status group(Resource group) {
        String name = group.getName();
        if (!legal(name, GROUP_CHARS_MAX) || !legalNamespace(group)) {
            return Statuses.of(Code.ILLEGAL_CONSUMER_GROUP, text("group", name, GROUP_CHARS_MAX));
        }
        if (name.startsWith(SYSTEM_GROUP_PREFIX)) {
            return Statuses.of(Code.ILLEGAL_CONSUMER_GROUP, "the group name " + name + " is kept for systems");
        }
        return null;
    }

    /** Both checks, the topic's first. */
    static @Nullable Status topicAndGroup(Resource topic, Resource group) {
        Status illegal = topic(topic);
        return illegal != null ? illegal : group(group);
    }

    private static boolean legalNamespace(Resource resource) {
        String namespace = resource.getResourceNamespace();
        return namespace.isEmpty() || legal(namespace, TOPIC_CHARS_MAX);
    }

    private static boolean legal(String name, int charsMax) {
        int length = name.length();
        if (length == 0 || length > charsMax) return false;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '_' && c != '-' && c != '%' && c != '|') return false;
        }
        return true;
    }

    private static String text(String kind, String name, int charsMax) {
        return String.format(
                Locale.ROOT,
                "a %s name has 1 to %d characters out of a-z A-Z 0-9 _ - %% |, got %s (%d characters)",
                kind,
                charsMax,
                Statuses.quote(name),
                name.length());
    }
}
