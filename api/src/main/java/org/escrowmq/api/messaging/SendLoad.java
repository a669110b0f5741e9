package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The send calls of the node that have no answer yet, and their bodies' bytes; both bounded. Any thread. */
final class SendLoad {
    private final int callsMax;
    private final long bytesMax;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    SendLoad(int callsMax, long bytesMax) {
        this.callsMax = callsMax;
        this.bytesMax = bytesMax;
    }

    /** Null when the call is taken; {@link #leave} follows then, with the same number. */
    @Nullable
    Status enter(long callBytes) {
        int callsNow = calls.incrementAndGet();
        long bytesNow = bytes.addAndGet(callBytes);
        boolean alone = bytesNow == callBytes;
        if (callsNow <= callsMax && (bytesNow <= bytesMax || alone)) return null;
        leave(callBytes);
        return callsNow > callsMax
                ? full("send calls", callsMax, callsNow, "sends-in-flight")
                : full("bytes of bodies", bytesMax, bytesNow, "send-bytes-in-flight");
    }

    void leave(long callBytes) {
        calls.decrementAndGet();
        bytes.addAndGet(-callBytes);
    }

    int calls() {
        return calls.get();
    }

    long bytes() {
        return bytes.get();
    }

    private static Status full(String what, long max, long now, String key) {
        return Statuses.of(
                Code.TOO_MANY_REQUESTS,
                "the node takes " + max + " " + what + " without an answer at a time, this would be " + now
                        + "; escrow.api.messaging.limits." + key + " sets the limit");
    }
}
