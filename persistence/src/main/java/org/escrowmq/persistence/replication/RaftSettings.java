package org.escrowmq.persistence.replication;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A member of a Raft group and where the others are.
 *
 * @param directory where the member keeps the log and its votes; it belongs to this member alone
 * @param sharedMemory a folder for files that need not outlive the process, best in memory
 * @param member which of {@code members} this is
 * @param members all of them, in the same order everywhere
 */
public record RaftSettings(Path directory, Path sharedMemory, int member, List<Address> members) {
    /** Ports that a member takes, from its first one on. */
    public static final int PORTS = 6;

    private static final int INGRESS = 0;
    private static final int CONSENSUS = 1;
    private static final int LOG = 2;
    private static final int CATCH_UP = 3;
    private static final int ARCHIVE = 4;
    private static final int LOG_CONTROL = 5;

    /** Where a member is: {@link #PORTS} UDP ports from {@code firstPort} on. */
    public record Address(String host, int firstPort) {
        String endpoint(int which) {
            return host + ":" + (firstPort + which);
        }
    }

    /** Copies the list. */
    public RaftSettings {
        members = List.copyOf(members);
        if (member < 0 || member >= members.size()) {
            throw new IllegalArgumentException("member " + member + " is not one of " + members.size());
        }
    }

    Address own() {
        return members.get(member);
    }

    String archiveEndpoint() {
        return own().endpoint(ARCHIVE);
    }

    String logControlEndpoint() {
        return own().endpoint(LOG_CONTROL);
    }

    /** As the consensus module wants them. */
    String clusterMembers() {
        return numbered(
                member -> String.join(
                        ",",
                        member.endpoint(INGRESS),
                        member.endpoint(CONSENSUS),
                        member.endpoint(LOG),
                        member.endpoint(CATCH_UP),
                        member.endpoint(ARCHIVE)),
                ",",
                "|");
    }

    /** As its clients want them. */
    String ingressEndpoints() {
        return numbered(member -> member.endpoint(INGRESS), "=", ",");
    }

    private String numbered(Function<Address, String> text, String after, String between) {
        return IntStream.range(0, members.size())
                .mapToObj(number -> number + after + text.apply(members.get(number)))
                .collect(Collectors.joining(between));
    }
}
