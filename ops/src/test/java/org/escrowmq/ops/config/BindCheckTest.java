package org.escrowmq.ops.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BindCheckTest {
    private static Config listening(String messaging, String admin) {
        return ConfigFactory.parseMap(Map.of(ConfigKeys.MESSAGING_HOST, messaging, ConfigKeys.ADMIN_HOST, admin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void loopback_is_fine(String host) {
        assertEquals(List.of(), BindCheck.problems(listening(host, host), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
    void anything_else_needs_the_flag(String host) {
        List<String> problems = BindCheck.problems(listening("127.0.0.1", host), false);
        assertEquals(1, problems.size());
        assertTrue(problems.get(0).startsWith("escrow.api.admin.host is " + host), problems.get(0));
        assertTrue(problems.get(0).contains("--insecure-bind"), problems.get(0));
        assertEquals(List.of(), BindCheck.problems(listening("127.0.0.1", host), true));
    }

    @Test
    void a_name_that_is_none_is_refused_even_with_the_flag() {
        assertEquals(
                1,
                BindCheck.problems(listening("[::no-address]", "127.0.0.1"), true)
                        .size());
    }
}
