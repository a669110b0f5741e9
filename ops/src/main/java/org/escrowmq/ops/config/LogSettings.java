package org.escrowmq.ops.config;

import com.typesafe.config.Config;
import java.util.Locale;

/** How the server's log is written and how much it says. */
public record LogSettings(Format format, Level level) {
    /** Lines for people, or one JSON object a line. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The least important lines that are written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    static LogSettings of(Config all) {
        return new LogSettings(
                one(Format.class, all, "escrow.ops.log.format"), one(Level.class, all, "escrow.ops.log.level"));
    }

    private static <E extends Enum<E>> E one(Class<E> type, Config all, String key) {
        String text = all.getString(key);
        for (E each : type.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(text)) return each;
        }
        StringBuilder allowed = new StringBuilder();
        for (E each : type.getEnumConstants()) {
            allowed.append(allowed.isEmpty() ? "" : ", ").append(each.name().toLowerCase(Locale.ROOT));
        }
        throw new IllegalArgumentException(key + " is " + text + "; one of " + allowed + " is expected");
    }
}
