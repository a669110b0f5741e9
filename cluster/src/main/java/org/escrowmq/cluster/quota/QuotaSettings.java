package org.escrowmq.cluster.quota;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Quotas of everybody who has none of their own: {@code escrow.cluster.quotas}, each key described in reference.conf.
 *
 * @param burst how much time's worth of a rate may come at once
 */
public record QuotaSettings(Duration burst, QuotaLimits topic, QuotaLimits group, QuotaLimits client) {
    private static final String PATH = "escrow.cluster.quotas";

    /** Rejects what cannot work. */
    public QuotaSettings {
        if (burst.toMillis() < 1 || burst.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(PATH + ".burst must be 1 ms to 1 h, got " + burst);
        }
    }

    /** Reads and checks a whole configuration. */
    public static QuotaSettings of(Config root) {
        Config config = root.getConfig(PATH);
        return new QuotaSettings(
                config.getDuration("burst"),
                limits(config, "topic"),
                limits(config, "group"),
                limits(config, "client"));
    }

    QuotaLimits of(QuotaTarget.Kind kind) {
        return switch (kind) {
            case TOPIC -> topic;
            case GROUP -> group;
            case CLIENT -> client;
        };
    }

    private static QuotaLimits limits(Config config, String kind) {
        Config of = config.getConfig(kind);
        try {
            return new QuotaLimits(
                    of.getLong("messages-per-second"), of.getBytes("bytes-per-second"), of.getInt("in-flight"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PATH + "." + kind + ": " + e.getMessage(), e);
        }
    }
}
