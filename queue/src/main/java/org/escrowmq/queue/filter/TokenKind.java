package org.escrowmq.queue.filter;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A word or sign of the language. {@link #shown} is how texts for people call it. */
enum TokenKind {
    NOT("NOT"),
    AND("AND"),
    OR("OR"),
    BETWEEN("BETWEEN"),
    IN("IN"),
    IS("IS"),
    TRUE("TRUE"),
    FALSE("FALSE"),
    NULL("NULL"),
    CONTAINS("CONTAINS"),
    STARTSWITH("STARTSWITH"),
    ENDSWITH("ENDSWITH"),
    EQUAL("'='"),
    DIFFERENT("'<>'"),
    LESS("'<'"),
    LESS_OR_EQUAL("'<='"),
    GREATER("'>'"),
    GREATER_OR_EQUAL("'>='"),
    PLUS("'+'"),
    MINUS("'-'"),
    COMMA("','"),
    OPEN("'('"),
    CLOSE("')'"),
    TEXT("a text in single quotes"),
    WHOLE("a whole number"),
    DECIMAL("a decimal number"),
    NAME("a property name"),
    END("the end");

    private static final Map<String, TokenKind> WORDS = Arrays.stream(values())
            .filter(kind -> kind.compareTo(ENDSWITH) <= 0)
            .collect(Collectors.toUnmodifiableMap(TokenKind::name, kind -> kind));

    private final String shown;

    TokenKind(String shown) {
        this.shown = shown;
    }

    String shown() {
        return shown;
    }

    /** The reserved word, whatever its case; null when it is a name. */
    static @Nullable TokenKind word(String text) {
        return WORDS.get(text.toUpperCase(Locale.ROOT));
    }
}
