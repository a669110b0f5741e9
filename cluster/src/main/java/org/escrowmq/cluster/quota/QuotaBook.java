package org.escrowmq.cluster.quota;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which limits are in force for whom: what was set, else the default of the kind. Immutable. */
final class QuotaBook {
    /** Limits, and where they come from. */
    record Effective(QuotaLimits limits, boolean isDefault) {}

    private static final Comparator<Quota> MOST_FIXED_FIRST = Comparator.comparingInt(
                    (Quota quota) -> -quota.target().fixedChars())
            .thenComparing(quota -> quota.target().name());

    private final QuotaSettings defaults;
    private final Map<QuotaTarget.Kind, Map<String, Effective>> exact = new EnumMap<>(QuotaTarget.Kind.class);
    private final List<Quota> patterns = new ArrayList<>();
    private final Map<QuotaTarget.Kind, Boolean> limits = new EnumMap<>(QuotaTarget.Kind.class);

    QuotaBook(QuotaSettings defaults, Collection<Quota> overrides) {
        this.defaults = defaults;
        for (QuotaTarget.Kind kind : QuotaTarget.Kind.values()) {
            exact.put(kind, new HashMap<>());
            limits.put(kind, !defaults.of(kind).isNone());
        }
        for (Quota quota : overrides) add(quota);
        patterns.sort(MOST_FIXED_FIRST);
    }

    private void add(Quota quota) {
        QuotaTarget target = quota.target();
        limits.put(target.kind(), true);
        if (target.kind() == QuotaTarget.Kind.CLIENT && target.name().indexOf('*') >= 0) patterns.add(quota);
        else exactOf(target.kind()).put(target.name(), new Effective(quota.limits(), false));
    }

    private Map<String, Effective> exactOf(QuotaTarget.Kind kind) {
        return exact.getOrDefault(kind, Map.of());
    }

    /** False where nobody of the kind is limited, which is the usual case. */
    boolean limits(QuotaTarget.Kind kind) {
        return Boolean.TRUE.equals(limits.get(kind));
    }

    Effective of(QuotaTarget.Kind kind, String name) {
        Effective set = exactOf(kind).get(name);
        if (set != null) return set;
        if (kind == QuotaTarget.Kind.CLIENT) {
            for (Quota quota : patterns) {
                if (quota.target().fits(name)) return new Effective(quota.limits(), false);
            }
        }
        return new Effective(defaults.of(kind), true);
    }
}
