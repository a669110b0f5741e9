package org.escrowmq.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebOriginsTest {
    private final WebOrigins origins = new WebOrigins(List.of("console.corp", "Other.corp:9000"));

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8082, 127.0.0.1:8082, true",
        "http://localhost:8082, LOCALHOST:8082, true",
        "http://[::1]:8082, [::1]:8082, true",
        "https://console.corp, console.corp, true",
        "https://console.corp:8082, console.corp:8082, true",
        "http://other.corp:9000, other.corp:9000, true",
        "http://other.corp:9001, other.corp:9001, false",
        "http://127.0.0.1:3000, 127.0.0.1:8082, false",
        "http://evil.example:8082, evil.example:8082, false",
        "http://evil.example, 127.0.0.1:8082, false",
        "http://127.0.0.1.evil.example, 127.0.0.1.evil.example, false",
        "null, null, false",
        "'', '', false",
        "'http://a b', 'a b', false",
    })
    void aPageMayCallOnlyWhereItCameFrom(String origin, String host, boolean allowed) {
        assertEquals(allowed, origins.allows(origin, host));
    }
}
