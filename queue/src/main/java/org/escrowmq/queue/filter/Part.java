package org.escrowmq.queue.filter;

/** Where in a text another one is looked for. */
enum Part {
    ANYWHERE,
    START,
    END;

    boolean holds(String text, Sought sought) {
        return switch (this) {
            case ANYWHERE -> sought.isIn(text);
            case START -> text.startsWith(sought.text());
            case END -> text.endsWith(sought.text());
        };
    }
}
