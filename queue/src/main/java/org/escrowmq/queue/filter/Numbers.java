package org.escrowmq.queue.filter;

/** The numbers of a filter's text: an int where it fits, else a long; a double with a point or an exponent. */
final class Numbers {
    private Numbers() {}

    static Number read(Token token) throws FilterSyntaxException {
        return token.kind() == TokenKind.DECIMAL ? decimal(token) : whole(token);
    }

    private static Number whole(Token token) throws FilterSyntaxException {
        String digits = token.text();
        if (!Character.isDigit(digits.charAt(digits.length() - 1))) digits = digits.substring(0, digits.length() - 1);
        try {
            long value = Long.parseLong(digits);
            return value <= Integer.MAX_VALUE ? (Number) (int) value : (Number) value;
        } catch (NumberFormatException e) {
            throw new FilterSyntaxException(
                    token.at(), "a whole number of at most " + Long.MAX_VALUE + " was expected");
        }
    }

    private static Number decimal(Token token) throws FilterSyntaxException {
        double value = Double.parseDouble(token.text());
        if (!Double.isInfinite(value)) return value;
        throw new FilterSyntaxException(
                token.at(), "a decimal number of at most " + Double.MAX_VALUE + " was expected");
    }
}
