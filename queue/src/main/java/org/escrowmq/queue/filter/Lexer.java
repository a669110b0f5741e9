package org.escrowmq.queue.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * The first look at a filter: text in, words and signs out. White space and comments ({@code -- to the end of a line},
 * {@code /* ... *}{@code /}) only separate. Used once.
 */
final class Lexer {
    private final String source;
    private int at;

    Lexer(String source) {
        this.source = source;
    }

    /** All of them, with {@link TokenKind#END} as the last. */
    List<Token> tokens() throws FilterSyntaxException {
        List<Token> tokens = new ArrayList<>();
        do {
            skipBlank();
            tokens.add(next());
        } while (tokens.get(tokens.size() - 1).kind() != TokenKind.END);
        return tokens;
    }

    private Token next() throws FilterSyntaxException {
        if (at == source.length()) return new Token(TokenKind.END, "", at);
        char c = source.charAt(at);
        if (startsName(c)) return name();
        if (isDigit(c) || (c == '.' && isDigit(peek(1)))) return number();
        if (c == '\'') return text();
        return sign(c);
    }

    private void skipBlank() throws FilterSyntaxException {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                at++;
            } else if (c == '/' && peek(1) == '*') {
                int end = source.indexOf("*/", at + 2);
                if (end < 0) throw new FilterSyntaxException(at, "the comment that begins here has no */");
                at = end + 2;
            } else if (c != '-' || peek(1) != '-' || !skipLine()) {
                return;
            }
        }
    }

    /** RocketMQ ends a comment with its line only: on the last line, "--" is two signs. */
    private boolean skipLine() {
        for (int i = at; i < source.length(); i++) {
            if (source.charAt(i) == '\n' || source.charAt(i) == '\r') {
                at = i + 1;
                return true;
            }
        }
        return false;
    }

    private Token name() {
        int start = at;
        while (startsName(peek(0)) || isDigit(peek(0))) at++;
        String text = source.substring(start, at);
        TokenKind word = TokenKind.word(text);
        return new Token(word == null ? TokenKind.NAME : word, text, start);
    }

    /** 12, 12L, 1.5, 1., .5, 1e5. Of 012 only the 0 is a number, so that what follows is refused. */
    private Token number() {
        int start = at;
        skipDigits();
        int whole = at;
        if (peek(0) == '.') {
            at++;
            skipDigits();
        }
        skipExponent();
        if (at > whole) return new Token(TokenKind.DECIMAL, source.substring(start, at), start);
        if (source.charAt(start) == '0') {
            at = start + 1;
        } else if (peek(0) == 'l' || peek(0) == 'L') {
            at++;
        }
        return new Token(TokenKind.WHOLE, source.substring(start, at), start);
    }

    private void skipDigits() {
        while (isDigit(peek(0))) at++;
    }

    private void skipExponent() {
        if (peek(0) != 'e' && peek(0) != 'E') return;
        int signs = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        if (!isDigit(peek(1 + signs))) return;
        at += 1 + signs;
        skipDigits();
    }

    /** A quote within is written twice. */
    private Token text() throws FilterSyntaxException {
        int start = at++;
        StringBuilder text = new StringBuilder();
        while (at < source.length()) {
            char c = source.charAt(at++);
            if (c != '\'') {
                text.append(c);
            } else if (peek(0) == '\'') {
                text.append(c);
                at++;
            } else {
                return new Token(TokenKind.TEXT, text.toString(), start);
            }
        }
        throw new FilterSyntaxException(start, "the text that begins here has no closing quote");
    }

    private Token sign(char c) throws FilterSyntaxException {
        return switch (c) {
            case '=' -> sign(TokenKind.EQUAL);
            case '<' -> peek(1) == '>' ? sign(TokenKind.DIFFERENT) : orEqual(TokenKind.LESS, TokenKind.LESS_OR_EQUAL);
            case '>' -> orEqual(TokenKind.GREATER, TokenKind.GREATER_OR_EQUAL);
            case '+' -> sign(TokenKind.PLUS);
            case '-' -> sign(TokenKind.MINUS);
            case ',' -> sign(TokenKind.COMMA);
            case '(' -> sign(TokenKind.OPEN);
            case ')' -> sign(TokenKind.CLOSE);
            default -> throw new FilterSyntaxException(at, unknown());
        };
    }

    private Token orEqual(TokenKind alone, TokenKind withEqual) {
        return sign(peek(1) == '=' ? withEqual : alone);
    }

    private Token sign(TokenKind kind) {
        int start = at;
        at += kind.shown().length() - 2; // shown in quotes
        return new Token(kind, source.substring(start, at), start);
    }

    private String unknown() {
        int point = source.codePointAt(at);
        String shown = Character.isISOControl(point) || (point >= 0xd800 && point < 0xe000)
                ? "U+" + Integer.toHexString(point)
                : Character.toString(point);
        return "a name, a number, a text in single quotes or an operator was expected, found " + shown;
    }

    /** The character {@code ahead} of here; NUL, which no token holds outside of quotes, behind the end. */
    private char peek(int ahead) {
        int index = at + ahead;
        return index < source.length() ? source.charAt(index) : '\0';
    }

    private static boolean startsName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
