package org.escrowmq.cluster.catalogue;

import java.util.List;
import java.util.Optional;
import org.escrowmq.cluster.catalogue.CatalogueRules.Decided;
import org.escrowmq.cluster.quota.Quota;
import org.escrowmq.cluster.quota.QuotaTarget;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicName;

/** What a request about a quota leads to. A quota is for what exists, so that a mistyped name is told; clients come and go. Pure. */
final class QuotaRules {
    /** All of them are in memory, and those with patterns are tried one after another. */
    static final int QUOTAS_MAX = 10_000;

    private QuotaRules() {}

    static Outcome<Decided> set(CatalogueState state, Quota quota) {
        QuotaTarget target = quota.target();
        Optional<Refusal> problem = problem(quota);
        if (problem.isPresent()) return new Outcome.Refused<>(problem.get());
        if (target.kind() == QuotaTarget.Kind.TOPIC) {
            TopicName topic = TopicName.parse(target.name());
            if (state.topic(topic).isEmpty()) return CatalogueRules.noTopic(topic);
        }
        if (target.kind() == QuotaTarget.Kind.GROUP) {
            GroupName group = GroupName.parse(target.name());
            if (state.group(group).isEmpty()) return CatalogueRules.noGroup(group);
        }
        int count = state.quotas().size();
        if (count >= QUOTAS_MAX && state.quota(target).isEmpty()) {
            return Outcome.refused(
                    RefusalCode.TOO_MANY_REQUESTS,
                    "there are " + count + " quotas, the most; take one away with: escrow quota unset");
        }
        return Outcome.done(new Decided(List.of(new CatalogueEvent.QuotaSet(quota)), quota));
    }

    static Outcome<Decided> unset(CatalogueState state, QuotaTarget target) {
        Optional<Quota> known = state.quota(target);
        if (known.isEmpty()) {
            return Outcome.refused(
                    RefusalCode.NOT_FOUND,
                    target + " has no quota of its own; escrow quota ls lists those that are set");
        }
        return Outcome.done(new Decided(List.of(new CatalogueEvent.QuotaUnset(target)), known.get()));
    }

    private static Optional<Refusal> problem(Quota quota) {
        String name = quota.target().name();
        if (name.isEmpty()
                || name.length() > QuotaTarget.NAME_CHARS_MAX
                || name.chars().anyMatch(Character::isISOControl)) {
            return invalid("a quota is for a name of 1 to " + QuotaTarget.NAME_CHARS_MAX
                    + " characters without control characters, got " + name.length() + " characters");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> invalid(String text) {
        return Optional.of(new Refusal(RefusalCode.INVALID_ARGUMENT, text));
    }
}
