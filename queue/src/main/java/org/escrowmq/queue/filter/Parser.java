package org.escrowmq.queue.filter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a tree of words and signs by operator precedence (Pratt's way): an operand, then operators as long as they bind at
 * least as tightly as is asked for. The grammar is in the package's documentation. Used once.
 */
final class Parser {
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int EQUALITY = 3;
    private static final int COMPARISON = 4;

    private static final int NAME_SHOWN_MAX = 64;

    private final List<Token> tokens;
    private int next;
    private int nodes;
    private int depth;

    Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    Node filter() throws FilterSyntaxException {
        Node whole = condition(expression(OR), 0);
        if (peek().kind() != TokenKind.END) throw expected("an operator or the end");
        if (whole.height() > SqlFilter.DEPTH_MAX) throw tooDeep(0);
        return whole;
    }

    private Node expression(int loosest) throws FilterSyntaxException {
        int start = next;
        Node left = operand();
        int tightest = COMPARISON;
        for (int found = binding(peek().kind()); found >= loosest; found = binding(peek().kind())) {
            if (found > tightest) throw expected("an operator that binds less tightly, or the end"); // a IS NULL > 1
            left = operator(left, start);
            tightest = found;
        }
        return left;
    }

    private static int binding(TokenKind kind) {
        return switch (kind) {
            case OR -> OR;
            case AND -> AND;
            case EQUAL, DIFFERENT, IS -> EQUALITY;
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> COMPARISON;
            case NOT, BETWEEN, IN, CONTAINS, STARTSWITH, ENDSWITH -> COMPARISON;
            case TRUE, FALSE, NULL, PLUS, MINUS, COMMA, OPEN, CLOSE, TEXT, WHOLE, DECIMAL, NAME, END -> 0;
        };
    }

    private Node operand() throws FilterSyntaxException {
        Token token = take();
        return switch (token.kind()) {
            case NOT -> not(token);
            case MINUS -> made(new Node.Negative(nested(token)));
            case PLUS -> nested(token);
            case OPEN -> parenthesis(token);
            case NAME -> made(new Node.Property(token.text()));
            case TEXT -> made(new Node.Literal(token.text()));
            case WHOLE, DECIMAL -> made(new Node.Literal(Numbers.read(token)));
            case TRUE -> made(new Node.Literal(true));
            case FALSE -> made(new Node.Literal(false));
            case NULL -> made(new Node.Literal(null));
            default -> {
                next--;
                throw expected(
                        "a property name, a number, a text in single quotes, TRUE, FALSE, NULL, NOT, '-' or '('");
            }
        };
    }

    private Node not(Token opener) throws FilterSyntaxException {
        int begin = next;
        return made(new Node.Not(condition(nested(opener), begin)));
    }

    private Node nested(Token opener) throws FilterSyntaxException {
        if (++depth >= SqlFilter.DEPTH_MAX) throw tooDeep(opener.at());
        Node operand = operand();
        depth--;
        return operand;
    }

    private Node parenthesis(Token opener) throws FilterSyntaxException {
        if (++depth >= SqlFilter.DEPTH_MAX) throw tooDeep(opener.at());
        Node inner = expression(OR);
        if (peek().kind() != TokenKind.CLOSE) throw expected("an operator or ')'");
        take();
        depth--;
        return inner;
    }

    /** {@code start} is the token at which {@code left} begins. */
    private Node operator(Node left, int start) throws FilterSyntaxException {
        Token token = take();
        return switch (token.kind()) {
            case OR -> made(new Node.Or(conditions(left, start, TokenKind.OR, AND)));
            case AND -> made(new Node.And(conditions(left, start, TokenKind.AND, EQUALITY)));
            case EQUAL -> equal(left, start);
            case DIFFERENT -> made(new Node.Not(equal(left, start)));
            case IS -> isNull(left);
            case LESS -> ordered(left, start, Relation.LESS);
            case LESS_OR_EQUAL -> ordered(left, start, Relation.LESS_OR_EQUAL);
            case GREATER -> ordered(left, start, Relation.GREATER);
            case GREATER_OR_EQUAL -> ordered(left, start, Relation.GREATER_OR_EQUAL);
            case NOT -> search(left, start, take(), true);
            default -> search(left, start, token, false);
        };
    }

    /** A chain of the same operator is one node, so that its length is no depth. */
    private List<Node> conditions(Node first, int start, TokenKind chained, int loosest) throws FilterSyntaxException {
        List<Node> conditions = new ArrayList<>();
        conditions.add(condition(first, start));
        do {
            int begin = next;
            conditions.add(condition(expression(loosest), begin));
        } while (accept(chained));
        return List.copyOf(conditions);
    }

    private Node equal(Node left, int start) throws FilterSyntaxException {
        int begin = next;
        Node right = expression(COMPARISON);
        if (isNullLiteral(left) || isNullLiteral(right)) {
            String text = "a value was expected, found NULL; IS NULL asks for an absent property";
            throw refused(isNullLiteral(left) ? start : begin, text);
        }
        if (left instanceof Node.Literal
                && left.isCondition()
                && right instanceof Node.Literal
                && !right.isCondition()) {
            throw refused(begin, "TRUE or FALSE was expected beside TRUE or FALSE");
        }
        return made(new Node.Equal(left, right));
    }

    private static boolean isNullLiteral(Node node) {
        return node instanceof Node.Literal literal && literal.constant() == null;
    }

    private Node isNull(Node left) throws FilterSyntaxException {
        boolean negated = accept(TokenKind.NOT);
        if (!accept(TokenKind.NULL)) throw expected(negated ? "NULL" : "NULL or NOT NULL");
        Node equal = made(new Node.Equal(left, new Node.Literal(null)));
        return negated ? made(new Node.Not(equal)) : equal;
    }

    private Node ordered(Node left, int start, Relation relation) throws FilterSyntaxException {
        Node low = orderable(left, start);
        return made(new Node.Ordered(low, relation, orderable()));
    }

    private Node orderable() throws FilterSyntaxException {
        int start = next;
        return orderable(operand(), start);
    }

    /** Only numbers have an order, and properties, which may hold them. */
    private Node orderable(Node node, int start) throws FilterSyntaxException {
        boolean text = node instanceof Node.Literal literal && literal.constant() instanceof String;
        if (text || node.isCondition())
            throw refused(start, "a number or a property was expected: only numbers have an order");
        return node;
    }

    private Node search(Node left, int start, Token operator, boolean negated) throws FilterSyntaxException {
        return switch (operator.kind()) {
            case BETWEEN -> between(left, start, negated);
            case IN -> in(left, start, negated);
            case CONTAINS -> made(new Node.Holds(left, Part.ANYWHERE, new Sought(text()), negated));
            case STARTSWITH -> made(new Node.Holds(left, Part.START, new Sought(text()), negated));
            case ENDSWITH -> made(new Node.Holds(left, Part.END, new Sought(text()), negated));
            default -> {
                next--;
                throw expected("BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH");
            }
        };
    }

    private Node between(Node value, int start, boolean negated) throws FilterSyntaxException {
        orderable(value, start);
        int begin = next;
        Node low = orderable();
        if (!accept(TokenKind.AND)) throw expected("AND");
        Node high = orderable();
        if (negated) {
            return made(new Node.Or(List.of(
                    made(new Node.Ordered(value, Relation.LESS, low)),
                    made(new Node.Ordered(value, Relation.GREATER, high)))));
        }
        if (isEmptyRange(low, high))
            throw refused(begin, "the lower bound of BETWEEN stands first; it is above the upper one");
        return made(new Node.And(List.of(
                made(new Node.Ordered(value, Relation.GREATER_OR_EQUAL, low)),
                made(new Node.Ordered(value, Relation.LESS_OR_EQUAL, high)))));
    }

    private static boolean isEmptyRange(Node low, Node high) {
        if (!(low instanceof Node.Literal from && high instanceof Node.Literal to)) return false;
        if (from.constant() == null || to.constant() == null) return false;
        Integer order = Comparison.order(from.constant(), to.constant());
        return order != null && order > 0;
    }

    private Node in(Node left, int start, boolean negated) throws FilterSyntaxException {
        if (!(left instanceof Node.Property property)) throw refused(start, "a property name was expected before IN");
        if (!accept(TokenKind.OPEN)) throw expected("'('");
        Set<String> texts = new HashSet<>();
        do {
            texts.add(text());
            count();
        } while (accept(TokenKind.COMMA));
        if (!accept(TokenKind.CLOSE)) throw expected("',' or ')'");
        return made(new Node.In(property, Set.copyOf(texts), negated));
    }

    private String text() throws FilterSyntaxException {
        if (peek().kind() != TokenKind.TEXT) throw expected(TokenKind.TEXT.shown());
        return take().text();
    }

    private Node condition(Node node, int start) throws FilterSyntaxException {
        if (node.isCondition()) return node;
        if (node instanceof Node.Property property) return made(new Node.Bare(property));
        throw refused(start, "a condition was expected, found a value");
    }

    private Node made(Node node) throws FilterSyntaxException {
        count();
        return node;
    }

    private void count() throws FilterSyntaxException {
        if (++nodes > SqlFilter.NODES_MAX) {
            throw refused(next - 1, "a filter has at most " + SqlFilter.NODES_MAX + " operands and operators");
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    /** The end is never passed. */
    private Token take() {
        return tokens.get(next++);
    }

    private boolean accept(TokenKind kind) {
        if (peek().kind() != kind) return false;
        next++;
        return true;
    }

    private FilterSyntaxException expected(String what) {
        Token found = peek();
        String shown = found.kind() == TokenKind.NAME
                ? "the name " + shortened(found.text())
                : found.kind().shown();
        return new FilterSyntaxException(found.at(), what + " was expected, found " + shown);
    }

    private static String shortened(String name) {
        return name.length() <= NAME_SHOWN_MAX ? name : name.substring(0, NAME_SHOWN_MAX) + "...";
    }

    private FilterSyntaxException refused(int token, String text) {
        return new FilterSyntaxException(tokens.get(token).at(), text);
    }

    private static FilterSyntaxException tooDeep(int at) {
        return new FilterSyntaxException(at, "a filter is at most " + SqlFilter.DEPTH_MAX + " levels deep");
    }
}
