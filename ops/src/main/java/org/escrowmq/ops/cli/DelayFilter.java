package org.escrowmq.ops.cli;

import java.time.Instant;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.admin.v1.ListDelayedMessagesRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which delayed messages a command is about. */
final class DelayFilter implements ListFilter<DelayedMessage> {
    @Option(names = "--topic", paramLabel = "TOPIC", description = "The topic. Default: all topics.")
    String topic = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = DueTimeConverter.class,
            description = "Only those that are due then or later: ISO 8601 with its zone, milliseconds since 1970, or"
                    + " +10m from now.")
    @Nullable
    Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = DueTimeConverter.class,
            description = "Only those that are due before.")
    @Nullable
    Instant to;

    @Option(names = "--key", paramLabel = "KEY", description = "Only those that have this search key.")
    String key = "";

    @Override
    public boolean isUsed() {
        return !topic.isEmpty() || from != null || to != null || !key.isEmpty();
    }

    @Override
    public Page<DelayedMessage> page(AdminClient admin, int size, String token) {
        ListDelayedMessagesResponse page = admin.call(
                AdminMethods.LIST_DELAYED_MESSAGES,
                ListDelayedMessagesRequest.newBuilder()
                        .setTopic(topic)
                        .setFromEpochMillis(from == null ? 0 : from.toEpochMilli())
                        .setToEpochMillis(to == null ? 0 : to.toEpochMilli())
                        .setKey(key)
                        .setPageSize(size)
                        .setPageToken(token)
                        .build());
        return new Page<>(page.getMessagesList(), page.getNextPageToken());
    }
}
