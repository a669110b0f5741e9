package org.escrowmq.ops.server;

import java.time.Duration;
import java.util.List;
import org.escrowmq.cluster.Catalogue;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Permission;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uses a server that has just started, over its own port, so that the first official client meets loaded classes and compiled code:
 * the first stream on a cold server takes seconds, which fails a client's start. What it makes it deletes again; what an earlier,
 * interrupted start left it deletes first.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String NAME = "escrow-warm-up";
    private static final TopicName TOPIC = TopicName.of(NAME);
    private static final GroupName GROUP = GroupName.of(NAME);
    private static final int QUEUES = 4;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Catalogue catalogue;
    private final Duration duration;

    WarmUp(Catalogue catalogue, Duration duration) {
        this.catalogue = catalogue;
        this.duration = duration;
    }

    /**
     * Goes through all calls of a client over each of {@code clients}, then sends and receives for the rest of the time. A call
     * that fails (a full disk refuses sends) ends the warm-up and nothing else: the server serves all the same, only colder.
     */
    void run(List<WarmUpClient> clients) {
        try {
            remove();
            create();
            for (WarmUpClient client : clients) client.eachCallOnce(NAME, NAME);
            long end = System.nanoTime() + duration.toNanos();
            long messages = 0;
            WarmUpClient busy = clients.get(clients.size() - 1);
            while (System.nanoTime() < end) messages += busy.burst(NAME, NAME);
            for (WarmUpClient client : clients) client.goodBye(NAME);
            remove();
            LOG.info("warm after {} messages", messages);
        } catch (RuntimeException e) {
            LOG.warn("the warm-up ended early, the first calls will be slower: {}", e.toString());
        } finally {
            clients.forEach(WarmUpClient::close);
        }
    }

    private void create() {
        Waiting.granted(
                catalogue.createTopic(
                        new TopicSpec(TOPIC, TopicType.NORMAL, QUEUES, Permission.READ_WRITE, Duration.ofHours(1))),
                LIMIT);
        Waiting.granted(
                catalogue.createGroup(new GroupSpec(
                        GROUP,
                        false,
                        GroupSpec.DEFAULT_MAX_ATTEMPTS,
                        GroupSpec.StartPosition.FIRST,
                        RetryPolicy.standard())),
                LIMIT);
    }

    private void remove() {
        if (catalogue.group(GROUP).isPresent()) Waiting.granted(catalogue.deleteGroup(GROUP), LIMIT);
        if (catalogue.topic(TOPIC).isPresent()) Waiting.granted(catalogue.deleteTopic(TOPIC), LIMIT);
    }
}
