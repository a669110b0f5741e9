package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.Status;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one edge at which a bug becomes an answer: logged in full, shown to the client as a request id only. */
final class Faults {
    private static final Logger log = LoggerFactory.getLogger(Faults.class);

    private Faults() {}

    static Status answer(String method, Caller caller, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String requestId = caller.requestId();
        log.error("{} of client {} failed, request id {}", method, caller.clientId(), requestId, cause);
        return Statuses.of(
                Code.INTERNAL_SERVER_ERROR,
                "the server failed to carry out " + method + "; its log has the reason under the request id "
                        + Statuses.quote(requestId));
    }
}
