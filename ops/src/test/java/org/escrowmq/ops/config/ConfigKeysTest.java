package org.escrowmq.ops.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigKeysTest {
    private final Config defaults = ServerConfig.load(null, Map.of(), false).all();

    @Test
    void the_keys_named_here_exist() throws IllegalAccessException {
        for (Field field : ConfigKeys.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()))
                assertTrue(defaults.hasPath((String) field.get(null)), field.getName());
        }
    }

    /** Whatever module gets an address to listen on, it is checked before it is bound. */
    @Test
    void every_host_is_checked() {
        long hosts = defaults.getConfig("escrow.api").entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".host"))
                .count();
        assertEquals(
                hosts,
                ConfigKeys.LISTENING.stream()
                        .filter(key -> key.startsWith("escrow.api."))
                        .count());
    }

    @Test
    void the_example_of_the_distribution_says_what_the_defaults_say() throws IOException {
        Path example = Path.of("src/main/conf/escrow.conf");
        assertTrue(Files.exists(example));
        ServerConfig config = ServerConfig.load(example, Map.of(), false);
        config.given()
                .forEach((key, value) ->
                        assertEquals(defaults.getValue(key).unwrapped().toString(), value, key));
        assertTrue(config.given().size() >= 7);
    }
}
