package org.escrowmq.model;

import java.util.Optional;
import java.util.Set;

/** Which names are legal, as the protocol has it. */
public final class Names {
    /** The longest topic name, in characters. */
    public static final int TOPIC_LENGTH_MAX = 127;

    /** The longest group name, in characters. */
    public static final int GROUP_LENGTH_MAX = 120;

    private static final String SYSTEM_TOPIC_PREFIX = "rmq_sys_";
    private static final String SYSTEM_GROUP_PREFIX = "CID_RMQ_SYS_";
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

    private Names() {}

    /** Why no topic may have this name; empty when it is legal. */
    public static Optional<Refusal> problemOfTopic(TopicName topic) {
        String name = topic.name();
        Optional<String> problem = problem("topic", name, TOPIC_LENGTH_MAX)
                .or(() -> namespaceProblem(topic.namespace()))
                .or(() -> SYSTEM_TOPICS.contains(name) || name.startsWith(SYSTEM_TOPIC_PREFIX)
                        ? Optional.of("the topic name " + name + " is reserved")
                        : Optional.empty());
        return problem.map(text -> new Refusal(RefusalCode.ILLEGAL_TOPIC, text));
    }

    /** Why no group may have this name; empty when it is legal. */
    public static Optional<Refusal> problemOfGroup(GroupName group) {
        String name = group.name();
        Optional<String> problem = problem("group", name, GROUP_LENGTH_MAX)
                .or(() -> namespaceProblem(group.namespace()))
                .or(() -> name.startsWith(SYSTEM_GROUP_PREFIX)
                        ? Optional.of("group names that start with " + SYSTEM_GROUP_PREFIX + " are reserved")
                        : Optional.empty());
        return problem.map(text -> new Refusal(RefusalCode.ILLEGAL_GROUP, text));
    }

    private static Optional<String> namespaceProblem(String namespace) {
        return namespace.isEmpty() ? Optional.empty() : problem("namespace", namespace, TOPIC_LENGTH_MAX);
    }

    private static Optional<String> problem(String what, String name, int lengthMax) {
        if (name.isBlank()) return Optional.of("the " + what + " name is blank");
        if (name.length() > lengthMax) {
            return Optional.of("the " + what + " name has " + name.length() + " characters, the most is " + lengthMax);
        }
        for (int i = 0; i < name.length(); i++) {
            if (!legal(name.charAt(i))) {
                return Optional.of("the " + what + " name has an illegal character at " + i
                        + "; letters, digits and % | _ - are legal");
            }
        }
        return Optional.empty();
    }

    private static boolean legal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '%'
                || c == '|'
                || c == '_'
                || c == '-';
    }
}
