package org.escrowmq.cluster.quota;

import java.util.Comparator;
import java.util.Locale;

/**
 * Whom a quota is for.
 *
 * @param name of a topic or group: {@code name} or {@code namespace/name}; of clients: an id in which each {@code *} stands for any
 *     text. Every client that fits has the quota for itself.
 */
public record QuotaTarget(Kind kind, String name) implements Comparable<QuotaTarget> {
    /** The longest name or pattern that is taken, in characters. */
    public static final int NAME_CHARS_MAX = 255;

    private static final Comparator<QuotaTarget> ORDER =
            Comparator.comparing(QuotaTarget::kind).thenComparing(QuotaTarget::name);

    /** What a quota can be for. */
    public enum Kind {
        /** What all clients together send to a topic. */
        TOPIC(1),
        /** What is delivered to a group, of all its topics. */
        GROUP(2),
        /** What a client sends. */
        CLIENT(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** Its number in stored catalogues. */
        public int code() {
            return code;
        }

        /** The kind of a stored number. */
        public static Kind ofCode(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) return kind;
            }
            throw new IllegalArgumentException("unknown kind of quota: " + code);
        }

        /** As it stands in texts, labels and keys. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether it is for this topic, group or client id. */
    public boolean fits(String text) {
        return kind == Kind.CLIENT ? fits(name, text) : name.equals(text);
    }

    /** How much of a name it fixes: of two patterns that fit a client, the one that fixes more counts. */
    int fixedChars() {
        return (int) name.chars().filter(c -> c != '*').count();
    }

    /** Greedy with one way back, so that no pattern takes more than length times length steps. */
    private static boolean fits(String pattern, String text) {
        int at = 0;
        int star = -1;
        int starAt = 0;
        int next = 0;
        while (at < text.length()) {
            if (next < pattern.length() && pattern.charAt(next) == '*') {
                star = next++;
                starAt = at;
            } else if (next < pattern.length() && pattern.charAt(next) == text.charAt(at)) {
                next++;
                at++;
            } else if (star >= 0) {
                next = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (next < pattern.length() && pattern.charAt(next) == '*') next++;
        return next == pattern.length();
    }

    @Override
    public int compareTo(QuotaTarget other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return kind.word() + " " + name;
    }
}
