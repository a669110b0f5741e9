package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.DescribeNodeRequest;
import org.escrowmq.admin.v1.DescribeTopicRequest;
import org.escrowmq.admin.v1.Group;
import org.escrowmq.admin.v1.ListGroupsRequest;
import org.escrowmq.admin.v1.ListTopicsRequest;
import org.escrowmq.admin.v1.NodeDetail;
import org.escrowmq.admin.v1.Topic;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.Version;
import org.escrowmq.ops.view.Table;
import org.escrowmq.ops.view.View;

/** The checks of {@code escrow doctor}, in the order of what depends on what. */
final class Examination {
    private static final long FREE_BYTES_LOW = 1L << 30;
    private static final int TOPICS_LOOKED_AT_MAX = 200;

    private final CommonOptions common;
    private final List<Finding> findings = new ArrayList<>();

    Examination(CommonOptions common) {
        this.common = common;
    }

    List<Finding> findings() {
        try (AdminClient admin = new AdminClient(common.admin, common.timeout)) {
            NodeDetail node = admin.call(AdminMethods.DESCRIBE_NODE, DescribeNodeRequest.getDefaultInstance());
            findings.add(
                    Finding.ok("admin service", "answers at " + common.admin + ", data in " + node.getDataDirectory()));
            version(node);
            readiness(node);
            store(node);
            space(node);
            topics(admin);
            groups(admin);
        } catch (Failure failure) {
            findings.add(Finding.problem("admin service", failure.text()));
        }
        messaging("messaging, plaintext", false);
        messaging("messaging, TLS", true);
        return findings;
    }

    private void version(NodeDetail node) {
        String ours = Version.current();
        findings.add(
                node.getVersion().equals(ours)
                        ? Finding.ok("version", ours)
                        : Finding.notice(
                                "version", "the server is " + node.getVersion() + ", this command is " + ours));
    }

    private void readiness(NodeDetail node) {
        findings.add(
                node.getReady()
                        ? Finding.ok(
                                "ready",
                                node.getClients() + " clients, " + node.getTopics() + " topics, " + node.getGroups()
                                        + " groups")
                        : Finding.problem(
                                "ready", "the server is still recovering or is stopping; its log says which"));
    }

    private void store(NodeDetail node) {
        findings.add(
                node.getFencedCount() == 0
                        ? Finding.ok("store", node.getSegments() + " segments, " + text(node.getLogBytes()))
                        : Finding.problem(
                                "store",
                                "damaged, and fenced: " + String.join(", ", node.getFencedList())
                                        + ". The others serve. Stop the server and run: escrow journal check --data "
                                        + node.getDataDirectory()));
    }

    private void space(NodeDetail node) {
        String free = text(node.getFreeBytes()) + " free";
        if (!node.getAcceptsBodies()) {
            findings.add(Finding.problem(
                    "disk space", free + ": sends are refused, acks still work. Free some space; it recovers alone."));
        } else if (node.getFreeBytes() < FREE_BYTES_LOW) {
            findings.add(Finding.notice("disk space", free));
        } else {
            findings.add(Finding.ok("disk space", free));
        }
    }

    private void topics(AdminClient admin) {
        List<Topic> topics = admin.call(
                        AdminMethods.LIST_TOPICS,
                        ListTopicsRequest.newBuilder()
                                .setPageSize(TOPICS_LOOKED_AT_MAX)
                                .build())
                .getTopicsList();
        for (Topic topic : topics) {
            admin.call(
                            AdminMethods.DESCRIBE_TOPIC,
                            DescribeTopicRequest.newBuilder()
                                    .setName(topic.getName())
                                    .build())
                    .getWarningsList()
                    .forEach(warning -> findings.add(Finding.notice("topic " + topic.getName(), warning)));
        }
    }

    private void groups(AdminClient admin) {
        for (Group group : admin.call(AdminMethods.LIST_GROUPS, ListGroupsRequest.getDefaultInstance())
                .getGroupsList()) {
            if (group.getPaused()) {
                findings.add(Finding.notice(
                        "group " + group.getName(),
                        "is paused; it goes on with: escrow group resume " + group.getName()));
            }
        }
    }

    private void messaging(String check, boolean tls) {
        try (RouteProbe probe = new RouteProbe(common.endpoint, tls, common.timeout)) {
            findings.add(Finding.ok(check, probe.answer()));
        } catch (Failure failure) {
            findings.add(Finding.problem(check, failure.text()));
        }
    }

    private static String text(long bytes) {
        return Table.text(new View.ByteCount(bytes));
    }
}
