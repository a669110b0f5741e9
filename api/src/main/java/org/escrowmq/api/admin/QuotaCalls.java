package org.escrowmq.api.admin;

import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.ListQuotasRequest;
import org.escrowmq.admin.v1.ListQuotasResponse;
import org.escrowmq.admin.v1.SetQuotaRequest;
import org.escrowmq.admin.v1.UnsetQuotaRequest;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaLimits;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.cluster.quota.Quotas;

/** The calls about quotas. Throws {@link Rejection} for what no state of the server would accept. */
final class QuotaCalls {
    private final Broker broker;

    QuotaCalls(Broker broker) {
        this.broker = broker;
    }

    CompletionStage<org.escrowmq.admin.v1.Quota> set(SetQuotaRequest request) {
        org.escrowmq.admin.v1.Quota asked = request.getQuota();
        QuotaTarget target = target(asked.getTarget());
        QuotaLimits limits = new QuotaLimits(
                Inputs.within("messages_per_second", asked.getMessagesPerSecond(), 0, QuotaLimits.RATE_MAX),
                Inputs.within("bytes_per_second", asked.getBytesPerSecond(), 0, QuotaLimits.RATE_MAX),
                Inputs.within("in_flight", asked.getInFlight(), 0, Integer.MAX_VALUE));
        return broker.quotas()
                .set(new Quota(target, limits))
                .thenApply(outcome -> wire(Inputs.valueOf(outcome), false));
    }

    CompletionStage<org.escrowmq.admin.v1.Quota> unset(UnsetQuotaRequest request) {
        return broker.quotas()
                .unset(target(request.getTarget()))
                .thenApply(outcome -> wire(Inputs.valueOf(outcome), false));
    }

    ListQuotasResponse list(ListQuotasRequest request) {
        Page<Quota> page = Page.of(
                broker.quotas().overrides(),
                quota -> quota.target().kind().code() + quota.target().name(),
                "",
                request.getPageSize(),
                request.getPageToken());
        return ListQuotasResponse.newBuilder()
                .addAllQuotas(
                        page.items().stream().map(quota -> wire(quota, false)).toList())
                .setNextPageToken(page.nextToken())
                .addAllDefaults(Arrays.stream(QuotaTarget.Kind.values())
                        .map(kind -> wire(
                                new Quota(
                                        new QuotaTarget(kind, ""),
                                        broker.quotas().limiter().defaults(kind)),
                                true))
                        .toList())
                .build();
    }

    /** What is in force for a topic, group or client. */
    static org.escrowmq.admin.v1.Quota inForce(Quotas quotas, QuotaTarget.Kind kind, String name) {
        return wire(
                new Quota(new QuotaTarget(kind, name), quotas.limiter().limits(kind, name)),
                quotas.limiter().isDefault(kind, name));
    }

    private static org.escrowmq.admin.v1.Quota wire(Quota quota, boolean isDefault) {
        org.escrowmq.admin.v1.QuotaTarget.Builder target = org.escrowmq.admin.v1.QuotaTarget.newBuilder();
        String name = quota.target().name();
        switch (quota.target().kind()) {
            case TOPIC -> target.setTopic(name);
            case GROUP -> target.setGroup(name);
            case CLIENT -> target.setClient(name);
        }
        return org.escrowmq.admin.v1.Quota.newBuilder()
                .setTarget(target)
                .setMessagesPerSecond(quota.limits().messagesPerSecond())
                .setBytesPerSecond(quota.limits().bytesPerSecond())
                .setInFlight(quota.limits().inFlight())
                .setIsDefault(isDefault)
                .build();
    }

    private static QuotaTarget target(org.escrowmq.admin.v1.QuotaTarget wire) {
        return switch (wire.getTargetCase()) {
            case TOPIC ->
                new QuotaTarget(
                        QuotaTarget.Kind.TOPIC, Inputs.topic(wire.getTopic()).toString());
            case GROUP ->
                new QuotaTarget(
                        QuotaTarget.Kind.GROUP, Inputs.group(wire.getGroup()).toString());
            case CLIENT -> new QuotaTarget(QuotaTarget.Kind.CLIENT, client(wire.getClient()));
            case TARGET_NOT_SET -> throw Rejection.invalid("a quota is for one of topic, group and client");
        };
    }

    private static String client(String pattern) {
        if (pattern.isBlank()) throw Rejection.invalid("client is empty; * stands for all clients");
        return Inputs.text("client", pattern, QuotaTarget.NAME_CHARS_MAX);
    }
}
