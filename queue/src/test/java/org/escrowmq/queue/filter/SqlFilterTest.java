package org.escrowmq.queue.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What filters say of messages, written as {@code name=value;name=value}. */
class SqlFilterTest {
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "price > 20                                   | price=30         | true",
                "price > 20                                   | price=10         | false",
                "price > 20                                   | price=20         | false",
                "price >= 20 AND price <= 20                  | price=20         | true",
                "price > 20                                   | other=30         | false",
                "NOT (price > 20)                             | other=30         | false",
                "price > 20 OR other = 30                     | other=30         | true",
                "price <> 20                                  | price=21         | true",
                "price BETWEEN 10 AND 20                      | price=10         | true",
                "price NOT BETWEEN 10 AND 20                  | price=21         | true",
                "price BETWEEN -1 AND +1                      | price=0          | true",
                "color = 'red'                                | color=red        | true",
                "color = 'red'                                | color=Red        | false",
                "color <> 'red'                               | color=blue       | true",
                "color <> 'red'                               | price=1          | false",
                "color IN ('red', 'green')                    | color=green      | true",
                "color NOT IN ('red', 'green')                | color=blue       | true",
                "color NOT IN ('red', 'green')                | price=1          | false",
                "color IS NULL                                | price=1          | true",
                "color IS NOT NULL                            | color=           | true",
                "name CONTAINS 'b'                            | name=abc         | true",
                "name NOT CONTAINS 'x'                        | name=abc         | true",
                "name NOT CONTAINS 'x'                        | price=1          | false",
                "name CONTAINS ''                             | name=abc         | false",
                "name STARTSWITH 'ab' AND name ENDSWITH 'bc'  | name=abc         | true",
                "name NOT STARTSWITH 'b'                      | name=abc         | true",
                "name = 'it''s'                               | name=it's        | true",
                "flag = TRUE                                  | flag=TRUE        | true",
                "flag = FALSE                                 | flag=no          | true",
                "TRUE = flag                                  | flag=true        | true",
                "flag                                         | flag=true        | false",
                "NOT flag                                     | flag=true        | true",
                "TRUE                                         | a=1              | true",
                "NULL                                         | a=1              | false",
                "NOT NULL                                     | a=1              | false",
                "a = b                                        | a=x;b=x          | true",
                "a = b                                        | a=1;b=01         | false",
                "a < b                                        | a=9;b=10         | true",
                "a < b                                        | a=x;b=y          | false",
                "a = 1 OR a = 2 AND b = 3                     | a=1;b=0          | true",
                "(a = 1 OR a = 2) AND b = 3                   | a=1;b=0          | false",
                "And1 = 1 and /* both */ $b_2 = 2             | And1=1;$b_2=2    | true",
            })
    void says(String filter, String properties, boolean expected) throws FilterSyntaxException {
        assertEquals(expected, SqlFilter.parse(filter).matches(message(properties)::get));
    }

    /** The literal says as what a text is read; one that is no such number compares to nothing. */
    @ParameterizedTest(name = "{0} of a={1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a = 5            | 5            | true",
                "a = 5            | +05          | true",
                "a = 5            | 5.0          | false",
                "a <> 5           | 5.0          | false",
                "a < 5            | abc          | false",
                "NOT (a < 5)      | abc          | false",
                "a = 5.0          | 5            | true",
                "a > 20           | 30.5         | false",
                "a > 20.0         | 30.5         | true",
                "a > 20           | 3000000000   | false",
                "a > 3000000000   | 3000000001   | true",
                "a > 20L          | 3000000000   | false",
                "a > 0.0          | 1e-3         | true",
                "a >= 5.0         | NaN          | true",
                "a = '5'          | 5            | true",
                "a = '5'          | 05           | false",
            })
    void readsTextsAsTheNumberBeside(String filter, String value, boolean expected) throws FilterSyntaxException {
        assertEquals(expected, SqlFilter.parse(filter).matches(Map.of("a", value)::get));
    }

    @Test
    void isEqualWhenItsTextIs() throws FilterSyntaxException {
        assertEquals(SqlFilter.parse("a = 1"), SqlFilter.parse("a = 1"));
        assertEquals(
                SqlFilter.parse("a = 1").hashCode(), SqlFilter.parse("a = 1").hashCode());
        assertNotEquals(SqlFilter.parse("a = 1"), SqlFilter.parse("a = 2"));
    }

    private static Map<String, String> message(String properties) {
        Map<String, String> message = new HashMap<>();
        for (String property : properties.split(";")) {
            int at = property.indexOf('=');
            message.put(property.substring(0, at), property.substring(at + 1));
        }
        return message;
    }
}
