package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.util.List;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;

/** Wire statuses, and the one table from refusals to them. A status always has a text: its code's name where nothing else. */
final class Statuses {
    static final Status OK = of(Code.OK, "OK");

    private static final int QUOTED_CHARS_MAX = 64;

    private Statuses() {}

    static Status of(Code code, String text) {
        return Status.newBuilder()
                .setCode(code)
                .setMessage(text.isEmpty() ? code.name() : text)
                .build();
    }

    /** The status of a refusal. The word of an invalid handle stands in the text, since clients show nothing else. */
    static Status of(Refusal refusal) {
        Code code = code(refusal.code());
        boolean named = code != Code.INVALID_RECEIPT_HANDLE || refusal.text().contains(code.name());
        return of(code, named ? refusal.text() : code.name() + ": " + refusal.text());
    }

    /** The status of several: their own where all have the same code, else MULTIPLE_RESULTS. At least one. */
    static Status ofAll(List<Status> entries) {
        Status first = entries.get(0);
        int differing = 0;
        for (Status entry : entries) {
            if (entry.getCodeValue() != first.getCodeValue()) differing++;
        }
        if (differing == 0) return first;
        return of(Code.MULTIPLE_RESULTS, "the " + entries.size() + " entries have different results, see each of them");
    }

    static Code code(RefusalCode code) {
        return switch (code) {
            case TOPIC_NOT_FOUND -> Code.TOPIC_NOT_FOUND;
            case GROUP_NOT_FOUND -> Code.CONSUMER_GROUP_NOT_FOUND;
            case ILLEGAL_TOPIC -> Code.ILLEGAL_TOPIC;
            case ILLEGAL_GROUP -> Code.ILLEGAL_CONSUMER_GROUP;
            case TOPIC_EXISTS, GROUP_EXISTS, INVALID_ARGUMENT -> Code.BAD_REQUEST;
            case FORBIDDEN -> Code.FORBIDDEN;
            case INVALID_RECEIPT_HANDLE -> Code.INVALID_RECEIPT_HANDLE;
            case INVALID_TRANSACTION_ID -> Code.INVALID_TRANSACTION_ID;
            case ILLEGAL_OFFSET -> Code.ILLEGAL_OFFSET;
            case OFFSET_NOT_FOUND -> Code.OFFSET_NOT_FOUND;
            case MESSAGE_TYPE_CONFLICT -> Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE;
            // The one code at which producers pause before they try again, which is what a full disk needs too.
            case TOO_MANY_REQUESTS, STORAGE_FULL -> Code.TOO_MANY_REQUESTS;
            case TIMEOUT -> Code.PROXY_TIMEOUT;
            case UNAVAILABLE -> Code.HA_NOT_AVAILABLE;
            case NOT_FOUND -> Code.NOT_FOUND;
            case UNSUPPORTED -> Code.UNSUPPORTED;
        };
    }

    /** What a client sent, quoted for a text: cut, and without control characters. */
    static String quote(String text) {
        boolean cut = text.length() > QUOTED_CHARS_MAX;
        String shown = cut ? text.substring(0, QUOTED_CHARS_MAX) + "..." : text;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
