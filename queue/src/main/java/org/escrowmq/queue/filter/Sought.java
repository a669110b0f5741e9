package org.escrowmq.queue.filter;

/**
 * A text that is looked for in others, each in one pass (Knuth, Morris and Pratt): a text of 2,000 letters a in properties of
 * 16,000 must not hold up a queue, which String.contains could.
 */
final class Sought {
    private final String text;

    /** For each length of a beginning of the text: how much of it the beginning itself ends with. */
    private final int[] overlaps;

    Sought(String text) {
        this.text = text;
        this.overlaps = new int[text.length() + 1];
        for (int i = 1, overlap = 0; i < text.length(); i++) {
            overlap = advance(overlap, text.charAt(i));
            overlaps[i + 1] = overlap;
        }
    }

    String text() {
        return text;
    }

    boolean isIn(String other) {
        int found = 0;
        for (int i = 0; i < other.length() && found < text.length(); i++) found = advance(found, other.charAt(i));
        return found == text.length();
    }

    /** How much of the text is found with one more character, when {@code found} of it (not all) was before. */
    private int advance(int found, char next) {
        int matched = found;
        while (matched > 0 && text.charAt(matched) != next) matched = overlaps[matched];
        return text.charAt(matched) == next ? matched + 1 : 0;
    }
}
