package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.escrowmq.admin.v1.Quota;
import org.escrowmq.admin.v1.QuotaTarget;
import org.escrowmq.ops.view.Fields;
import org.escrowmq.ops.view.View.ByteCount;
import org.escrowmq.ops.view.View.Rows;
import org.jspecify.annotations.Nullable;

/** Quotas as views. What is not limited is absent. */
final class QuotaViews {
    private QuotaViews() {}

    static Rows list(List<Quota> quotas) {
        List<List<Object>> rows = new ArrayList<>();
        for (Quota quota : quotas) rows.add(new ArrayList<>(fields(quota).values()));
        return new Rows(new ArrayList<>(fields(Quota.getDefaultInstance()).keySet()), rows);
    }

    static Map<String, Object> fields(Quota quota) {
        return new Fields()
                .with("for", kind(quota.getTarget()))
                .with("name", quota.getIsDefault() ? "(default)" : name(quota.getTarget()))
                .with("messagesPerSecond", limit(quota.getMessagesPerSecond()))
                .with("bytesPerSecond", bytes(quota.getBytesPerSecond()))
                .with("inFlight", limit(quota.getInFlight()))
                .asMap();
    }

    /** As three fields of what it is for. */
    static void add(Fields fields, Quota quota) {
        fields.with("quotaMessages", limit(quota.getMessagesPerSecond()))
                .with("quotaBytes", bytes(quota.getBytesPerSecond()))
                .with("quotaInFlight", limit(quota.getInFlight()));
    }

    static String sentence(Quota quota) {
        List<String> limits = new ArrayList<>();
        if (quota.getMessagesPerSecond() > 0) limits.add(quota.getMessagesPerSecond() + " messages/s");
        if (quota.getBytesPerSecond() > 0) limits.add(quota.getBytesPerSecond() + " bytes/s");
        if (quota.getInFlight() > 0) limits.add(quota.getInFlight() + " in flight");
        return kind(quota.getTarget()) + " " + name(quota.getTarget()) + " ("
                + (limits.isEmpty() ? "no limit" : String.join(", ", limits)) + ")";
    }

    static List<Quota> withDefaults(List<Quota> defaults, List<Quota> quotas) {
        List<Quota> all = new ArrayList<>(defaults);
        all.addAll(quotas);
        return all;
    }

    private static String kind(QuotaTarget target) {
        return switch (target.getTargetCase()) {
            case TOPIC -> "topic";
            case GROUP -> "group";
            case CLIENT -> "client";
            case TARGET_NOT_SET -> "";
        };
    }

    private static String name(QuotaTarget target) {
        return Arrays.asList(target.getTopic(), target.getGroup(), target.getClient()).stream()
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static @Nullable Long limit(long value) {
        return value == 0 ? null : value;
    }

    private static @Nullable ByteCount bytes(long value) {
        return value == 0 ? null : new ByteCount(value);
    }
}
