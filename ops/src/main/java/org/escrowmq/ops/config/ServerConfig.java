package org.escrowmq.ops.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a server, checked. What is stronger comes first: options of the command line, system properties
 * ({@code -Descrow...}), the file, the modules' {@code reference.conf}.
 *
 * @param all everything, resolved, for the modules' own settings
 * @param own what differs from the defaults, unresolved, for the broker, which puts defaults of its own below it
 * @param given what is set under {@code escrow}, for the log; secrets are masked
 */
public record ServerConfig(
        Config all, Config own, Map<String, String> given, LogSettings log, Duration warmUp, Duration stopTimeout) {
    private static final List<String> SECRETS = List.of("password", "secret", "token", "credential", "private");

    /** Loads and checks; fails with {@link ExitCode#CONFIGURATION} and all problems at once. */
    public static ServerConfig load(@Nullable Path file, Map<String, ?> options, boolean insecureBind) {
        Config fromFile = file == null ? ConfigFactory.empty() : parse(file);
        Config reference = ConfigFactory.parseResourcesAnySyntax("reference");
        Config stronger = ConfigFactory.parseMap(options, "the command line").withFallback(systemProperties());
        List<String> problems = new ArrayList<>(unknown(fromFile, stronger, reference));
        if (!problems.isEmpty()) throw refused(problems);
        try {
            Config all = stronger.withFallback(fromFile)
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve();
            problems.addAll(BindCheck.problems(all, insecureBind));
            if (!problems.isEmpty()) throw refused(problems);
            return of(all, stronger.withFallback(fromFile));
        } catch (ConfigException e) {
            throw new Failure(ExitCode.CONFIGURATION, "the configuration is refused: " + e.getMessage(), e);
        }
    }

    private static ServerConfig of(Config all, Config own) {
        try {
            return new ServerConfig(
                    all,
                    own,
                    given(own, all),
                    LogSettings.of(all),
                    all.getDuration("escrow.ops.warm-up"),
                    all.getDuration("escrow.ops.stop-timeout"));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.CONFIGURATION, "the configuration is refused: " + e.getMessage(), e);
        }
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new Failure(ExitCode.CONFIGURATION, "there is no readable configuration at " + file.toAbsolutePath());
        }
        try {
            return ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        } catch (ConfigException e) {
            throw new Failure(ExitCode.CONFIGURATION, "the configuration cannot be read: " + e.getMessage(), e);
        }
    }

    private static Config systemProperties() {
        ConfigFactory.invalidateCaches();
        Config all = ConfigFactory.defaultOverrides();
        return all.hasPath("escrow") ? all.withOnlyPath("escrow") : ConfigFactory.empty();
    }

    /** The file may hold our keys and those of the libraries below (pekko); a misspelt root is as bad as a misspelt key. */
    private static List<String> unknown(Config fromFile, Config stronger, Config reference) {
        ConfigObject known = reference.root().withOnlyKey("escrow");
        List<String> problems = new ArrayList<>();
        for (String root : fromFile.root().keySet()) {
            if (root.equals("escrow") || !reference.root().containsKey(root)) {
                problems.addAll(UnknownKeys.in(fromFile.root().withOnlyKey(root), known));
            }
        }
        problems.addAll(UnknownKeys.in(stronger.root(), known));
        return problems;
    }

    private static Map<String, String> given(Config own, Config all) {
        if (!own.root().containsKey("escrow")) return Map.of();
        return own.withOnlyPath("escrow").resolveWith(all).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, ServerConfig::shown));
    }

    static String shown(Map.Entry<String, ConfigValue> entry) {
        String key = entry.getKey().toLowerCase(Locale.ROOT);
        return SECRETS.stream().anyMatch(key::contains)
                ? "***"
                : entry.getValue().unwrapped().toString();
    }

    private static Failure refused(List<String> problems) {
        return new Failure(ExitCode.CONFIGURATION, "the configuration is refused:\n  " + String.join("\n  ", problems));
    }
}
