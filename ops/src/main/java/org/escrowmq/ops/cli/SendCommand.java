package org.escrowmq.ops.cli;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.admin.v1.OutgoingMessage;
import org.escrowmq.admin.v1.Receipt;
import org.escrowmq.admin.v1.SendMessageRequest;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends messages; done means they are on disk. */
@Command(
        name = "send",
        description = "Sends a message, or several with the same content. When it returns they are on disk.",
        footer = {"", "Example:", "  escrow send orders '{\"id\": 17}' --key order-17 --tag new --property tenant=acme"
        })
final class SendCommand extends AdminCommand {
    private static final int PER_CALL_MAX = 32;
    private static final int BYTES_PER_CALL_MAX = 3 << 20;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
    String topic = "";

    @Parameters(index = "1", paramLabel = "BODY", description = "The body, as text.")
    String body = "";

    @Option(names = "--key", paramLabel = "K", description = "A search key; may be repeated.")
    List<String> keys = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "T", description = "The tag, for filters.")
    @Nullable
    String tag;

    @Option(names = "--message-group", paramLabel = "G", description = "The order key; a fifo topic needs one.")
    @Nullable
    String messageGroup;

    @Option(names = "--property", paramLabel = "K=V", description = "A property; may be repeated.")
    Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--deliver-at",
            paramLabel = "TIME",
            converter = DueTimeConverter.class,
            description = "When it is to be visible, such as 2027-01-31T08:00:00Z or +10m. Default: at once.")
    @Nullable
    Instant deliverAt;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often. Default: ${DEFAULT-VALUE}.")
    int count;

    @Override
    View ask(AdminClient admin) {
        if (count < 1) throw new Failure(ExitCode.USAGE, "--count is " + count + "; at least 1 is expected");
        OutgoingMessage message = message();
        int perCall = Math.max(1, Math.min(PER_CALL_MAX, BYTES_PER_CALL_MAX / (message.getSerializedSize() + 16)));
        List<List<Object>> rows = new ArrayList<>();
        for (int sent = 0; sent < count; ) {
            int now = Math.min(perCall, count - sent);
            SendMessageRequest.Builder request = SendMessageRequest.newBuilder().setTopic(topic);
            for (int i = 0; i < now; i++) request.addMessages(message);
            for (Receipt receipt :
                    admin.call(AdminMethods.SEND_MESSAGE, request.build()).getReceiptsList()) {
                if (!receipt.getRefusal().isEmpty()) {
                    throw new Failure(
                            ExitCode.REFUSED, rows.size() + " of " + count + " stored, then: " + receipt.getRefusal());
                }
                rows.add(Arrays.asList(
                        receipt.getMessageId(),
                        receipt.getQueue(),
                        receipt.getOffset() < 0 ? null : receipt.getOffset(),
                        receipt.getRecallHandle().isEmpty() ? null : receipt.getRecallHandle()));
            }
            sent += now;
        }
        return new View.Rows(List.of("messageId", "queue", "offset", "recallHandle"), rows);
    }

    private OutgoingMessage message() {
        OutgoingMessage.Builder message = OutgoingMessage.newBuilder()
                .setBody(ByteString.copyFromUtf8(body))
                .addAllKeys(keys)
                .putAllProperties(properties);
        if (tag != null) message.setTag(tag);
        if (messageGroup != null) message.setMessageGroup(messageGroup);
        if (deliverAt != null) message.setDeliverAtEpochMillis(deliverAt.toEpochMilli());
        return message.build();
    }
}
