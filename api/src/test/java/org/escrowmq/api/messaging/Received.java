package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.ReceiveMessageResponse;
import apache.rocketmq.v2.Status;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The frames of a receive, in the order in which they came. */
record Received(List<ReceiveMessageResponse> frames) {
    static Received of(Iterator<ReceiveMessageResponse> frames) {
        List<ReceiveMessageResponse> all = new ArrayList<>();
        frames.forEachRemaining(all::add);
        return new Received(all);
    }

    Status status() {
        return frames.get(0).getStatus();
    }

    List<Message> messages() {
        return frames.stream()
                .filter(ReceiveMessageResponse::hasMessage)
                .map(ReceiveMessageResponse::getMessage)
                .toList();
    }

    /** The kinds of the frames: s, m or t. */
    String order() {
        StringBuilder order = new StringBuilder();
        for (ReceiveMessageResponse frame : frames) {
            order.append(frame.hasStatus() ? 's' : frame.hasMessage() ? 'm' : frame.hasDeliveryTimestamp() ? 't' : '?');
        }
        return order.toString();
    }

    List<String> ids() {
        return messages().stream()
                .map(message -> message.getSystemProperties().getMessageId())
                .toList();
    }
}
