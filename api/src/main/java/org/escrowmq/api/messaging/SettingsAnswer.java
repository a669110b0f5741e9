package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Metric;
import apache.rocketmq.v2.Settings;
import apache.rocketmq.v2.Subscription;
import java.time.Duration;
import java.util.Optional;
import org.escrowmq.cluster.GroupDescription;
import org.escrowmq.cluster.GroupSpec;
import org.escrowmq.cluster.RetryPolicy;
import org.escrowmq.model.MessageLimits;

/**
 * What a client is told to work with: its own settings, with the server's values put over them. Topics, group and
 * subscriptions go back unchanged, since some clients take their namespace from there.
 */
final class SettingsAnswer {
    private static final int PRODUCER_ATTEMPTS = 3;
    private static final RetryPolicy.Exponential PRODUCER_BACKOFF =
            new RetryPolicy.Exponential(Duration.ofMillis(10), Duration.ofSeconds(1), 2);
    private static final Metric METRIC_OFF = Metric.newBuilder().setOn(false).build();

    private final MessagingSettings.LongPoll longPoll;

    SettingsAnswer(MessagingSettings.LongPoll longPoll) {
        this.longPoll = longPoll;
    }

    Settings producer(Settings reported) {
        Settings.Builder answer = reported.toBuilder().setMetric(METRIC_OFF);
        answer.setBackoffPolicy(BackoffAnswer.producer(PRODUCER_BACKOFF, PRODUCER_ATTEMPTS, reported.getUserAgent()));
        answer.getPublishingBuilder()
                .setMaxBodySize(MessageLimits.BODY_BYTES_MAX)
                .setValidateMessageType(true);
        return answer.build();
    }

    /** {@code group} as it is now; one that does not exist gets the default values. */
    Settings consumer(Settings reported, Optional<GroupDescription> group) {
        Settings.Builder answer = reported.toBuilder().setMetric(METRIC_OFF);
        RetryPolicy policy = group.map(found -> found.spec().retry()).orElseGet(RetryPolicy::standard);
        int attempts = group.map(found -> found.spec().maxAttempts()).orElse(GroupSpec.DEFAULT_MAX_ATTEMPTS);
        answer.setBackoffPolicy(BackoffAnswer.consumer(policy, attempts, reported.getUserAgent()));
        Subscription.Builder subscription = answer.getSubscriptionBuilder();
        subscription.setFifo(group.map(found -> found.spec().fifo()).orElse(false));
        subscription.setReceiveBatchSize(Receiving.BATCH_MAX);
        subscription.setLongPollingTimeout(WireTimes.duration(longPoll.max()));
        return answer.build();
    }
}
