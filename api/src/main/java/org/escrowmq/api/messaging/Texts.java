package org.escrowmq.api.messaging;

/** What the checks of a message ask of a text, each in one pass and without making objects. */
final class Texts {
    private Texts() {}

    /** Bytes of the text in UTF-8. */
    static int utf8Bytes(String text) {
        int length = text.length();
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) continue;
            if (c < 0x800) {
                bytes += 1;
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 2; // four bytes for two characters
                i++;
            } else {
                bytes += 2;
            }
        }
        return bytes;
    }

    /** Whether an ISO control character stands in the text. */
    static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
        }
        return false;
    }
}
