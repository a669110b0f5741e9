package org.escrowmq.systemtests.client;

import java.lang.reflect.Field;
import java.util.List;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.java.hook.CompositedMessageInterceptor;
import org.apache.rocketmq.client.java.hook.MessageHookPoints;
import org.apache.rocketmq.client.java.hook.MessageHookPointsStatus;
import org.apache.rocketmq.client.java.hook.MessageInterceptor;
import org.apache.rocketmq.client.java.hook.MessageInterceptorContext;
import org.apache.rocketmq.client.java.impl.ClientImpl;
import org.apache.rocketmq.client.java.message.GeneralMessage;

/**
 * Sees the acks of a push consumer, which its public API does not show: the client's own interceptor hook, added by reflection.
 * Called on the client's threads, so an implementation is thread-safe and quick.
 */
public interface AckWatch {
    /** An ack is about to be sent; each attempt of it. */
    void acking(Ack ack);

    /** The server has answered an ack; {@code ok} false for a refusal or a broken call, whose outcome is unknown. */
    void acked(Ack ack, boolean ok);

    /** The delivery that an ack is for; {@code key} is the message's first key, or empty. */
    record Ack(String messageId, String key, int attempt) {}

    /** To be called right after the consumer's start: its first assignment, and so its first receive, comes a second later. */
    static void attach(PushConsumer consumer, AckWatch watch) {
        try {
            Field field = ClientImpl.class.getDeclaredField("compositedMessageInterceptor");
            field.setAccessible(true);
            ((CompositedMessageInterceptor) field.get(consumer)).addInterceptor(new Hook(watch));
        } catch (NoSuchFieldException | IllegalAccessException e) {
            throw new IllegalStateException("this version of the official client has no interceptor hook", e);
        }
    }

    /** Passes on what concerns acks. */
    final class Hook implements MessageInterceptor {
        private final AckWatch watch;

        Hook(AckWatch watch) {
            this.watch = watch;
        }

        @Override
        public void doBefore(MessageInterceptorContext context, List<GeneralMessage> messages) {
            if (context.getMessageHookPoints() == MessageHookPoints.ACK) {
                messages.forEach(message -> watch.acking(ackOf(message)));
            }
        }

        @Override
        public void doAfter(MessageInterceptorContext context, List<GeneralMessage> messages) {
            if (context.getMessageHookPoints() == MessageHookPoints.ACK) {
                boolean ok = context.getStatus() == MessageHookPointsStatus.OK;
                messages.forEach(message -> watch.acked(ackOf(message), ok));
            }
        }

        private static Ack ackOf(GeneralMessage message) {
            return new Ack(
                    message.getMessageId().orElseThrow().toString(),
                    message.getKeys().stream().findFirst().orElse(""),
                    message.getDeliveryAttempt().orElse(0));
        }
    }
}
