package org.escrowmq.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.escrowmq.model.GroupName;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The clients that this node hears: their settings, their command streams, when they last spoke. A client that is silent
 * for `escrow.cluster.client-liveness` (120 s) is gone and its auto-renewed leases end one second later.
 */
public interface ClientRegistry {
    /** What kind of client it said it is. */
    enum Kind {
        PRODUCER,
        PUSH_CONSUMER,
        SIMPLE_CONSUMER,
        UNKNOWN
    }

    /**
     * A client.
     *
     * @param language as sent in the header, any text
     * @param topics published or subscribed
     */
    record Client(
            String id,
            Kind kind,
            String language,
            String version,
            String peer,
            @Nullable GroupName group,
            List<TopicName> topics,
            long connectedEpochMillis,
            long lastHeardEpochMillis) {}

    /** What a client says of a message that it was given to try: the protocol's name of the code, and its text. */
    record Verdict(String code, String text) {
        /** Whether the client's listener took the message. */
        public boolean consumed() {
            return code.equals("OK");
        }
    }

    /**
     * A way to reach a client. Any thread. A question is refused with TOO_MANY_REQUESTS where too many are open, UNAVAILABLE
     * where the stream is gone, and TIMEOUT where the client does not answer in time.
     */
    interface CommandStream {
        /** Ends the stream and refuses the client's further calls, for an operator's reason. */
        void disconnect(String reason);

        /** The stacks of the client's threads, in the words of the client. */
        CompletionStage<Outcome<String>> threadStacks();

        /**
         * Asks the client what became of a transaction; its answer, if it has one, is a decision like any other. Completes with whether the
         * question was written to a live stream.
         */
        CompletionStage<Boolean> check(TopicName topic, HalfMessage half, String transactionId);

        /** Has the client's listener consume the message once. Nothing is leased and no offset moves. */
        CompletionStage<Outcome<Verdict>> verify(TopicName topic, QueueInspection.StoredMessage message);
    }

    /** The client reported its settings; the newest {@code stream} of an id takes the commands. */
    void registered(Client client, CommandStream stream);

    /** The stream ended; the client lives on until its liveness time is over. */
    void streamEnded(String clientId, CommandStream stream);

    /** The client was heard (a heartbeat or any call). False when the id is unknown. */
    boolean heard(String clientId);

    /** The client said good-bye: its leases are released after a second. False when the id is unknown. */
    boolean terminated(String clientId);

    /** Whether the client was heard within its liveness time, registered or not. */
    default boolean isAlive(String clientId) {
        return client(clientId).isPresent();
    }

    /** One client. */
    Optional<Client> client(String clientId);

    /** All clients, sorted by id. */
    List<Client> clients();

    /** The clock of a client was seen to be so far ahead of the server's; behind where negative. */
    void clockAhead(String clientId, long millis);

    /** How far the clocks of clients are ahead, in milliseconds, as last seen: of those that are alive and said when a message was born. */
    Map<String, Long> clocksAhead();

    /** The newest command stream of a client. */
    Optional<CommandStream> streamOf(String clientId);
}
