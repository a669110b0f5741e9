package org.escrowmq.persistence.journal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.escrowmq.persistence.PersistenceId;
import org.jspecify.annotations.Nullable;

/**
 * The persistence ids whose stored state is damaged, and why. An immutable value: the applying thread replaces it, any thread
 * reads it.
 *
 * @param ids damage that is known to concern an id
 * @param everyone why every id is fenced, when damage could be put down to nobody
 * @param strangers why ids that the store does not know are fenced, when damage may have hidden their first claim
 */
record Fences(
        Map<PersistenceId, String> ids,
        @Nullable String everyone,
        @Nullable String strangers) {
    static final Fences NONE = new Fences(Map.of(), null, null);

    Fences {
        ids = Map.copyOf(ids);
    }

    /** Why {@code id} is fenced, or null. */
    @Nullable
    String reason(PersistenceId id, boolean known) {
        if (ids.isEmpty() && everyone == null && strangers == null) return null;
        String own = ids.get(id);
        if (own != null) return own;
        return everyone != null || known ? everyone : strangers;
    }

    Fences with(PersistenceId id, String why) {
        if (ids.containsKey(id)) return this;
        Map<PersistenceId, String> more = new LinkedHashMap<>(ids);
        more.put(id, why);
        return new Fences(more, everyone, strangers);
    }

    Fences without(PersistenceId id) {
        Map<PersistenceId, String> fewer = new LinkedHashMap<>(ids);
        fewer.remove(id);
        return new Fences(fewer, everyone, strangers);
    }

    Fences everyone(String why) {
        return everyone != null ? this : new Fences(ids, why, strangers);
    }

    Fences strangers(String why) {
        return strangers != null ? this : new Fences(ids, everyone, why);
    }

    Fences attributedOnly() {
        return new Fences(ids, null, null);
    }

    boolean none() {
        return ids.isEmpty() && everyone == null && strangers == null;
    }

    /** Why ids are fenced that are not listed. */
    Optional<String> atLarge() {
        return Optional.ofNullable(everyone != null ? everyone : strangers);
    }

    List<PersistenceId> list() {
        return List.copyOf(ids.keySet());
    }
}
