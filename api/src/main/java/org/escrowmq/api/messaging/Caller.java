package org.escrowmq.api.messaging;

import io.grpc.Attributes;
import io.grpc.Metadata;
import java.util.UUID;
import org.escrowmq.api.transport.Connection;

/** Who makes a call: the headers of the protocol, read when they are asked for. Absent headers are empty texts. */
final class Caller {
    private static final Metadata.Key<String> CLIENT_ID = key("x-mq-client-id");
    private static final Metadata.Key<String> LANGUAGE = key("x-mq-language");
    private static final Metadata.Key<String> VERSION = key("x-mq-client-version");
    private static final Metadata.Key<String> REQUEST_ID = key("x-mq-request-id");

    private final Metadata headers;
    private final Attributes connection;
    private final String clientId;

    Caller(Metadata headers, Attributes connection) {
        this.headers = headers;
        this.connection = connection;
        this.clientId = text(CLIENT_ID);
    }

    String clientId() {
        return clientId;
    }

    boolean anonymous() {
        return clientId.isBlank();
    }

    /** Any word; clients may say what the protocol does not know. */
    String language() {
        return text(LANGUAGE);
    }

    String version() {
        return text(VERSION);
    }

    /** The client's id of this request, or a new one. */
    String requestId() {
        String id = text(REQUEST_ID);
        return id.isEmpty() ? UUID.randomUUID().toString() : id;
    }

    /** {@code host:port} of the client. */
    String source() {
        return Connection.source(connection);
    }

    private String text(Metadata.Key<String> key) {
        String value = headers.get(key);
        return value == null ? "" : value;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
