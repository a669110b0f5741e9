package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.SystemProperties;
import java.time.InstantSource;
import org.escrowmq.cluster.ClientRegistry;
import org.escrowmq.delay.DelayDecider;
import org.jspecify.annotations.Nullable;

/**
 * When messages are to be visible: the field of the protocol, or the user property that stands for it where a client forbids to combine
 * the field with something else. Thread-safe.
 */
final class DeliveryTimes {
    /** The user property that stands for the delivery time: milliseconds since 1970. */
    static final String PROPERTY = "escrow-deliver-at";

    /** What a message may be on its way, and clocks may differ, at the very limit. */
    private static final long SLACK_MILLIS = 1_000;

    private static final int DIGITS_MAX = 18;

    /** Later than any time that is accepted. */
    private static final long FAR = Long.MAX_VALUE / 4;

    /** A clock that is further off than this is not set at all. */
    private static final long SKEW_MAX_MILLIS = 366L * 86_400_000;

    private final MessagingSettings.Delays settings;
    private final ClientRegistry clients;
    private final InstantSource clock;

    DeliveryTimes(MessagingSettings.Delays settings, ClientRegistry clients, InstantSource clock) {
        this.settings = settings;
        this.clients = clients;
        this.clock = clock;
    }

    /** What is wrong with the delivery time of a message; null for nothing. */
    @Nullable
    Status check(Message message) {
        SystemProperties system = message.getSystemProperties();
        String property = message.getUserPropertiesMap().get(PROPERTY);
        if (property == null && !system.hasDeliveryTimestamp()) return null;
        if (property != null && !isNumber(property)) {
            return illegal("the property " + PROPERTY + " is a time in milliseconds since 1970, got "
                    + Statuses.quote(property));
        }
        boolean both = property != null && system.hasDeliveryTimestamp();
        if (both && Long.parseLong(property) != WireTimes.epochMillis(system.getDeliveryTimestamp())) {
            return illegal("the property " + PROPERTY + " names another time than the message itself");
        }
        long ahead = due(message) - clock.millis();
        if (ahead <= settings.max().toMillis() + SLACK_MILLIS) return null;
        return illegal(DelayDecider.tooFar(settings.max(), ahead));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= DIGITS_MAX && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Status illegal(String text) {
        return Statuses.of(Code.ILLEGAL_DELIVERY_TIME, text);
    }

    private static long asked(Message message) {
        SystemProperties system = message.getSystemProperties();
        if (system.hasDeliveryTimestamp()) return WireTimes.epochMillis(system.getDeliveryTimestamp());
        return Long.parseLong(message.getUserPropertiesMap().get(PROPERTY));
    }

    /**
     * When a message that passed the check is to be visible; null for at once. Learns how far the client's clock is ahead of ours, and
     * makes up for it where that is wanted.
     */
    @Nullable
    Long of(Caller caller, Message message) {
        SystemProperties system = message.getSystemProperties();
        boolean delayed =
                system.hasDeliveryTimestamp() || message.getUserPropertiesMap().containsKey(PROPERTY);
        if (!delayed) return null;
        long ahead = clockAhead(system);
        if (ahead != 0) clients.clockAhead(caller.clientId(), ahead);
        return due(message);
    }

    /** The time that a message asks for, corrected where that is wanted; at most {@link #FAR}. */
    private long due(Message message) {
        long asked = Math.min(FAR, Math.max(0, asked(message)));
        return settings.correctClientClocks() ? Math.max(0, asked - clockAhead(message.getSystemProperties())) : asked;
    }

    /** How far the client's clock is ahead, by when the message says that it was born; 0 where that is no time of today's clocks. */
    private long clockAhead(SystemProperties system) {
        if (!system.hasBornTimestamp()) return 0;
        long ahead = WireTimes.epochMillis(system.getBornTimestamp()) - clock.millis();
        return Math.abs(ahead) <= SKEW_MAX_MILLIS ? ahead : 0;
    }
}
