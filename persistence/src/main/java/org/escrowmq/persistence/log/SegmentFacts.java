package org.escrowmq.persistence.log;

/**
 * A usable segment file. {@code bytes} is the size it was made with, {@code fileBytes} what is left of it.
 *
 * @param headerDamaged the header is unreadable, but the name, the stream and the size are known from elsewhere
 */
record SegmentFacts(int number, int bytes, long fileBytes, boolean headerDamaged) {
    boolean truncated() {
        return fileBytes < bytes;
    }

    String fileName() {
        return SegmentFormat.fileName(number);
    }
}
