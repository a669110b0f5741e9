package org.escrowmq.api.messaging;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The release of a client, as its header or its settings say it. What follows the third number is not looked at. */
record ClientVersion(int major, int minor, int patch) implements Comparable<ClientVersion> {
    private static final Pattern TEXT = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4}).*");

    private static final Comparator<ClientVersion> ORDER = Comparator.comparingInt(ClientVersion::major)
            .thenComparingInt(ClientVersion::minor)
            .thenComparingInt(ClientVersion::patch);

    /** {@code 5.0.3}, {@code v5.0.3-rc1}; null when the text is no version, which clients may send. */
    static @Nullable ClientVersion read(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) return null;
        return new ClientVersion(number(matcher, 1), number(matcher, 2), number(matcher, 3));
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    @Override
    public int compareTo(ClientVersion other) {
        return ORDER.compare(this, other);
    }
}
