package org.escrowmq.queue.filter;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of a parsed filter. Its value is a Boolean, String, Integer, Long or Double, or null for unknown: logic has three
 * values, and a comparison that makes no sense (of 'abc' with 5) is unknown. Nothing here throws.
 */
sealed interface Node {
    /** The value for one message; null when unknown. */
    @Nullable
    Object value(MessageProperties message);

    /** What it is made of. */
    List<Node> operands();

    /** Whether the value is always a Boolean or unknown. */
    default boolean isCondition() {
        return true;
    }

    /** Levels from here down; bounded by the number of nodes. */
    default int height() {
        int below = 0;
        for (Node operand : operands()) below = Math.max(below, operand.height());
        return below + 1;
    }

    /** TRUE, FALSE, NULL, a number, a text. */
    record Literal(@Nullable Object constant) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            return constant;
        }

        @Override
        public List<Node> operands() {
            return List.of();
        }

        @Override
        public boolean isCondition() {
            return constant == null || constant instanceof Boolean;
        }
    }

    /** A property: a text, or unknown where the message has none. */
    record Property(String name) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            return message.get(name);
        }

        @Override
        public List<Node> operands() {
            return List.of();
        }

        @Override
        public boolean isCondition() {
            return false;
        }
    }

    /** A property where a condition is asked for: never true, since properties are texts. Not even {@code 'true'} is. */
    record Bare(Property property) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            return property.value(message) == null ? null : Boolean.FALSE;
        }

        @Override
        public List<Node> operands() {
            return List.of(property);
        }
    }

    /** The opposite number; of what is no number unknown. */
    record Negative(Node operand) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            Object value = operand.value(message);
            if (value instanceof Integer number) return -number;
            if (value instanceof Long number) return -number;
            return value instanceof Double number ? (Object) (-number) : null;
        }

        @Override
        public List<Node> operands() {
            return List.of(operand);
        }

        @Override
        public boolean isCondition() {
            return false;
        }
    }

    /** The opposite truth. */
    record Not(Node operand) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            Object value = operand.value(message);
            return value == null ? null : (Object) !Boolean.TRUE.equals(value);
        }

        @Override
        public List<Node> operands() {
            return List.of(operand);
        }
    }

    /** All are true. */
    record And(List<Node> operands) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            return decided(operands, message, Boolean.FALSE);
        }
    }

    /** One is true. */
    record Or(List<Node> operands) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            return decided(operands, message, Boolean.TRUE);
        }
    }

    /** {@code deciding} when one condition says so, the opposite when all say the opposite, else unknown. */
    private static @Nullable Object decided(List<Node> conditions, MessageProperties message, Boolean deciding) {
        boolean unknown = false;
        for (Node condition : conditions) {
            Object value = condition.value(message);
            if (deciding.equals(value)) return deciding;
            if (value == null) unknown = true;
        }
        return unknown ? null : (Object) !deciding;
    }

    /**
     * Both are the same. Not symmetrical, because RocketMQ's is not: an unknown left side makes it unknown, an unknown right
     * side makes it false, and two unknown sides are equal.
     */
    record Equal(Node left, Node right) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            Object a = left.value(message);
            Object b = right.value(message);
            if (a == null) return b == null ? Boolean.TRUE : null;
            return b == null ? Boolean.FALSE : Comparison.equal(a, b);
        }

        @Override
        public List<Node> operands() {
            return List.of(left, right);
        }
    }

    /** The left side is less than the right one, or as {@code relation} says. Unknown when a side is. */
    record Ordered(Node left, Relation relation, Node right) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            Object a = left.value(message);
            Object b = right.value(message);
            if (a == null || b == null) return null;
            Integer order = Comparison.order(a, b);
            return order == null ? null : (Object) relation.holds(order);
        }

        @Override
        public List<Node> operands() {
            return List.of(left, right);
        }
    }

    /** The property is one of these texts, or none of them. */
    record In(Property property, Set<String> texts, boolean negated) implements Node {
        @Override
        public @Nullable Object value(MessageProperties message) {
            Object value = property.value(message);
            return value == null ? null : (Object) (texts.contains(value) != negated);
        }

        @Override
        public List<Node> operands() {
            return List.of(property);
        }
    }

    /** A text holds another, or does not. False, never unknown, where there is no text to look at or for: RocketMQ's rule. */
    record Holds(Node operand, Part part, Sought sought, boolean negated) implements Node {
        @Override
        public Object value(MessageProperties message) {
            Object value = operand.value(message);
            if (sought.text().isEmpty() || !(value instanceof String text)) return false;
            return part.holds(text, sought) != negated;
        }

        @Override
        public List<Node> operands() {
            return List.of(operand);
        }
    }
}
