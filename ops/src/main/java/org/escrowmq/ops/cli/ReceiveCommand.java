package org.escrowmq.ops.cli;

import apache.rocketmq.v2.Encoding;
import apache.rocketmq.v2.FilterExpression;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.SystemProperties;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Receives as a member of a consumer group. Each message is shown before it is acknowledged. */
@Command(
        name = "receive",
        description = {
            "Receives messages as a member of a consumer group.",
            "Without --ack they become visible again after the time of --invisible, and the attempt counts.",
            "What --sql passes over counts as consumed by the group."
        },
        footer = {
            "",
            "Example:",
            "  escrow receive orders billing --max 10 --ack",
            "  escrow receive orders large-orders --sql \"price > 1000\" --follow"
        })
final class ReceiveCommand implements Callable<Integer> {
    private static final int PER_CALL_MAX = 32;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
    String topic = "";

    @Parameters(
            index = "1",
            paramLabel = "GROUP",
            description = "The consumer group; created on first use where the server allows it.")
    String group = "";

    @Option(
            names = "--max",
            paramLabel = "N",
            description = "How many at most. Default: 16, without limit with --follow.")
    @Nullable
    Integer max;

    @Mixin
    SqlOption sql = new SqlOption();

    @Option(names = "--ack", description = "Acknowledge what was shown.")
    boolean ack;

    @Option(names = "--follow", description = "Go on until interrupted. JSON is then one object a line.")
    boolean follow;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "How long to wait for messages; the server waits 5 to 20 s. Default: ${DEFAULT-VALUE}.")
    Duration poll = Duration.ofSeconds(5);

    @Option(
            names = "--invisible",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "The lease: 10s to 12h. Default: ${DEFAULT-VALUE}.")
    Duration invisible = Duration.ofSeconds(30);

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        int left = max != null ? max : follow ? Integer.MAX_VALUE : PER_CALL_MAX / 2;
        List<List<Object>> shown = new ArrayList<>();
        FilterExpression filter = sql.checked().map(Receiver::sql).orElse(Receiver.ALL);
        try (Receiver receiver = new Receiver(common.endpoint, topic, group, filter, common.timeout)) {
            while (left > 0) {
                int asked = Math.min(left, PER_CALL_MAX);
                List<Message> messages = receiver.receive(asked, invisible, poll);
                // Fewer than asked for: there are no more now, and waiting again would only cost time.
                left = messages.size() < asked && !follow ? 0 : left - messages.size();
                for (Message message : messages) {
                    Fields fields = fields(message);
                    if (follow) out.println(line(fields));
                    else shown.add(new ArrayList<>(fields.asMap().values()));
                }
                out.flush();
                if (ack && !messages.isEmpty()) receiver.acknowledge(messages);
            }
        } finally {
            if (!follow) out.println(common.written(new View.Rows(columns(), shown)));
        }
        return ExitCode.OK.code();
    }

    private String line(Fields fields) {
        if (common.format == CommonOptions.Format.JSON) return common.written(new View.Done("", fields.asMap()));
        return fields.asMap().get("queue") + ":" + fields.asMap().get("offset") + "  "
                + fields.asMap().get("messageId") + "  " + fields.asMap().get("body");
    }

    private static List<String> columns() {
        return new ArrayList<>(fields(Message.getDefaultInstance()).asMap().keySet());
    }

    private static Fields fields(Message message) {
        SystemProperties system = message.getSystemProperties();
        return new Fields()
                .with("queue", system.getQueueId())
                .with("offset", system.getQueueOffset())
                .with("messageId", system.getMessageId())
                .with("attempt", system.getDeliveryAttempt())
                .with("type", system.getMessageType().name().toLowerCase(Locale.ROOT))
                .with("tag", system.hasTag() ? system.getTag() : null)
                .with("keys", List.copyOf(system.getKeysList()))
                .with("properties", new LinkedHashMap<>(new TreeMap<>(message.getUserPropertiesMap())))
                .with(
                        "born",
                        Instant.ofEpochSecond(
                                system.getBornTimestamp().getSeconds(),
                                system.getBornTimestamp().getNanos()))
                .with("body", BodyText.of(message.getBody(), system.getBodyEncoding() == Encoding.GZIP));
    }
}
