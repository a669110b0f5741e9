package org.escrowmq.ops.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys that nobody reads. Known is what the modules' {@code reference.conf} name; an empty section there ({@code {}}) takes
 * any key below it.
 */
final class UnknownKeys {
    private final ConfigObject reference;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    private UnknownKeys(ConfigObject reference) {
        this.reference = reference;
        collect(reference, "");
    }

    /** One line for each key of {@code given} that {@code reference} does not have, with the nearest one that it has. */
    static List<String> in(ConfigObject given, ConfigObject reference) {
        UnknownKeys search = new UnknownKeys(reference);
        search.compare(given, search.reference, "");
        return search.problems;
    }

    private void collect(ConfigObject section, String path) {
        section.forEach((key, value) -> {
            String below = join(path, key);
            known.add(below);
            if (value instanceof ConfigObject inner) collect(inner, below);
        });
    }

    private void compare(ConfigObject given, ConfigObject expected, String path) {
        given.forEach((key, value) -> {
            String here = join(path, key);
            ConfigValue counterpart = expected.get(key);
            if (counterpart == null) {
                problems.add(unknown(here, value));
            } else if (counterpart instanceof ConfigObject section) {
                if (!section.isEmpty()) compareSection(value, section, here);
            } else if (value instanceof ConfigObject) {
                problems.add(where(value) + here + " is a value, not a section");
            }
        });
    }

    private void compareSection(ConfigValue value, ConfigObject section, String here) {
        if (value instanceof ConfigObject inner) compare(inner, section, here);
        else if (value.valueType() != ConfigValueType.NULL)
            problems.add(where(value) + here + " is a section, not a value");
    }

    private String unknown(String key, ConfigValue value) {
        String suggestion = EditDistance.nearest(key, known)
                .map(near -> ". Did you mean " + near + "?")
                .orElse(". docs/manual.md lists the keys.");
        return where(value) + "unknown key " + key + suggestion;
    }

    private static String where(@Nullable ConfigValue value) {
        if (value == null || value.origin().filename() == null) return "";
        return value.origin().filename() + ":" + value.origin().lineNumber() + ": ";
    }

    private static String join(String path, String key) {
        String quoted = ConfigUtil.joinPath(key);
        return path.isEmpty() ? quoted : path + "." + quoted;
    }
}
