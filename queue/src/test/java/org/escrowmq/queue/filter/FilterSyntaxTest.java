package org.escrowmq.queue.filter;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no filter, where, and why; and the limits, each from both sides. */
class FilterSyntaxTest {
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"                   | 1  | a property name, a number, a text in single quotes",
                "\"   \"                | 4  | found the end",
                "a >                    | 4  | found the end",
                "a = 1 b                | 7  | an operator or the end was expected, found the name b",
                "a = 1)                 | 6  | found ')'",
                "(a = 1                 | 7  | an operator or ')' was expected, found the end",
                "a = 'x                 | 5  | has no closing quote",
                "a = 1 /* x             | 7  | has no */",
                "a != 1                 | 3  | found !",
                "a = \"\"x\"\"          | 5  | found \"\"",
                "a == 1                 | 4  | found '='",
                "a LIKE 'x%'            | 3  | an operator or the end was expected, found the name LIKE",
                "a + 1 > 2              | 3  | an operator or the end was expected, found '+'",
                "a IN (1, 2)            | 7  | a text in single quotes was expected, found a whole number",
                "a IN ()                | 7  | a text in single quotes",
                "a IN ('x'              | 10 | ',' or ')' was expected",
                "a IN 'x'               | 6  | '(' was expected",
                "'a' IN ('x')           | 1  | a property name was expected before IN",
                "a CONTAINS b           | 12 | a text in single quotes was expected, found the name b",
                "a NOT = 1              | 7  | BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH was expected, found '='",
                "a NOT                  | 6  | BETWEEN, IN, CONTAINS",
                "a IS 1                 | 6  | NULL or NOT NULL was expected",
                "a IS NOT 1             | 10 | NULL was expected, found a whole number",
                "a IS NULL > 1          | 11 | an operator that binds less tightly",
                "a = NULL               | 5  | IS NULL asks for an absent property",
                "NULL = a               | 1  | IS NULL asks for an absent property",
                "TRUE = 1               | 8  | TRUE or FALSE was expected",
                "a > 'x'                | 5  | only numbers have an order",
                "a > TRUE               | 5  | only numbers have an order",
                "NOT a > 1              | 1  | only numbers have an order",
                "a BETWEEN 1            | 12 | AND was expected",
                "a BETWEEN 2 AND 1      | 11 | stands first",
                "a BETWEEN 'a' AND 'b'  | 11 | only numbers have an order",
                "1                      | 1  | a condition was expected, found a value",
                "a = 1 AND 'x'          | 11 | a condition was expected, found a value",
                "NOT 5                  | 5  | a condition was expected, found a value",
                "a = 9223372036854775808| 5  | at most 9223372036854775807",
                "a = 1e999              | 5  | at most 1.7976931348623157E308",
                "a = 007                | 6  | found a whole number",
                "a.b = 1                | 2  | found .",
            })
    void names(String filter, int position, String text) {
        FilterSyntaxException refusal = assertThrows(FilterSyntaxException.class, () -> SqlFilter.parse(filter));
        assertEquals(position, refusal.position(), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("at character " + position + ": "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(text.replace("\"\"", "\"")), refusal.getMessage());
    }

    @Test
    void bytes() {
        String frame = "a = ''";
        taken("a = '" + "x".repeat(SqlFilter.BYTES_MAX - frame.length()) + "'");
        refused("a = '" + "x".repeat(SqlFilter.BYTES_MAX - frame.length() + 1) + "'", "2048 bytes");
        taken("a = '" + "é".repeat((SqlFilter.BYTES_MAX - frame.length()) / 2) + "'");
        refused("a = '" + "é".repeat((SqlFilter.BYTES_MAX - frame.length()) / 2 + 1) + "'", "2048 bytes");
    }

    @Test
    void depth() {
        taken("(".repeat(31) + "a" + ")".repeat(31));
        refused("(".repeat(32) + "a" + ")".repeat(32), "32 levels");
        taken("a > " + "- ".repeat(30) + "1");
        refused("a > " + "- ".repeat(32) + "1", "32 levels");
        taken("a" + " IS NULL".repeat(31));
        refused("a" + " IS NULL".repeat(32), "32 levels");
        refused("(".repeat(1024) + ")".repeat(1024), "32 levels");
        refused("NOT ".repeat(500) + "a", "32 levels");
    }

    /** A chain of AND or OR is one level and one node beside its conditions, of three nodes each. */
    @Test
    void nodes() {
        taken("a=1" + " OR a=1".repeat(84));
        refused("a=1" + " OR a=1".repeat(85), "256 operands");
        taken("a IN (" + "'',".repeat(253) + "'')");
        refused("a IN (" + "'',".repeat(254) + "'')", "256 operands");
    }

    private static void taken(String filter) {
        assertDoesNotThrow(() -> SqlFilter.parse(filter).matches(name -> "1"));
    }

    private static void refused(String filter, String text) {
        FilterSyntaxException refusal = assertThrows(FilterSyntaxException.class, () -> SqlFilter.parse(filter));
        assertTrue(refusal.getMessage().contains(text), refusal.getMessage());
    }
}
