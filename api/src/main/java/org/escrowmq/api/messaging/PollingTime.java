package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a receive waits: what the client asks for, clamped, and so that the answer comes before the call's deadline.
 *
 * @param time absent when it is refused
 * @param refusal why, when it is refused
 */
record PollingTime(@Nullable Duration time, @Nullable Status refusal) {
    /** How long requests take at most where a client did not say. */
    static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(3);

    private static final ClientVersion KNOWS_ILLEGAL_POLLING_TIME = new ClientVersion(5, 0, 3);

    /**
     * Decides.
     *
     * @param asked absent for old clients
     * @param remaining until the call's deadline, absent when it has none
     * @param requestTimeout of the client
     */
    static PollingTime of(
            @Nullable Duration asked,
            @Nullable Duration remaining,
            Duration requestTimeout,
            String clientVersion,
            MessagingSettings.LongPoll bounds) {
        Duration wished = asked != null ? asked : unsaid(remaining, requestTimeout, bounds);
        Duration wait = shorter(wished.compareTo(bounds.min()) < 0 ? bounds.min() : wished, bounds.max());
        if (remaining == null) return new PollingTime(wait, null);
        Duration latest = remaining.minus(bounds.reserve());
        // A client whose deadline equals its wish has a little less than it left when it gets here.
        if (wait.compareTo(remaining) > 0 && remaining.plus(bounds.reserve()).compareTo(bounds.min()) < 0) {
            return new PollingTime(null, tooShort(remaining, clientVersion, bounds));
        }
        return new PollingTime(shorter(wait, latest), null);
    }

    private static Duration unsaid(
            @Nullable Duration remaining, Duration requestTimeout, MessagingSettings.LongPoll bounds) {
        return remaining == null ? bounds.max() : remaining.minus(requestTimeout.dividedBy(2));
    }

    private static Status tooShort(Duration remaining, String clientVersion, MessagingSettings.LongPoll bounds) {
        return Statuses.of(
                knowsIllegalPollingTime(clientVersion) ? Code.ILLEGAL_POLLING_TIME : Code.BAD_REQUEST,
                "a receive waits " + bounds.min().toMillis() + " ms or more, and its deadline leaves only "
                        + remaining.toMillis() + " ms; escrow.api.messaging.long-poll.min sets the limit");
    }

    /** Clients before 5.0.3 do not know the code. A version that cannot be read is taken for a new one. */
    private static boolean knowsIllegalPollingTime(String clientVersion) {
        ClientVersion version = ClientVersion.read(clientVersion);
        return version == null || version.compareTo(KNOWS_ILLEGAL_POLLING_TIME) >= 0;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
