package org.escrowmq.api.messaging;

import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.MessagingServiceGrpc;
import apache.rocketmq.v2.MessagingServiceGrpc.MessagingServiceBlockingStub;
import apache.rocketmq.v2.MessagingServiceGrpc.MessagingServiceStub;
import apache.rocketmq.v2.UA;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the client of each language sends beside its requests: headers with every call, and how it names itself in its settings.
 * Taken from their sources in apache/rocketmq-clients. Credentials are left out.
 */
enum ClientLanguage {
    JAVA(
            Language.JAVA,
            "5.2.0",
            "x-mq-language=JAVA",
            "x-mq-protocol=v2",
            "x-mq-client-version=5.2.0",
            "x-mq-namespace=",
            "x-mq-date-time=20261126T031500Z",
            "x-mq-request-id=5cf9ea60-a7ac-4b48-8e15-4a2b1cf20a55"),
    GO(
            Language.GOLANG,
            "5.1.3",
            "x-mq-language=GO",
            "x-mq-protocol=v2",
            "x-mq-client-version=5.1.3",
            "x-mq-namespace=",
            "x-mq-date-time=20261126T031500Z",
            "x-mq-request-id=a7ac5cf9"),
    CPP(
            Language.CPP,
            "5.0.3",
            "x-mq-language=CPP",
            "x-mq-protocol-version=v2",
            "x-mq-client-version=5.0.3",
            "x-mq-namespace=",
            "x-mq-date-time=20261126T021500Z"),
    C_SHARP(
            Language.DOT_NET,
            "5.2.0",
            "x-mq-language=DOTNET",
            "x-mq-client-version=5.2.0",
            "x-mq-namespace=",
            "x-mq-date-time=20261126T031500Z",
            "x-mq-request-id=A7AC5CF9"),
    PYTHON(
            Language.PYTHON,
            "5.1.1",
            "x-mq-language=PYTHON",
            "x-mq-protocol=GRPC_V2",
            "x-mq-client-version=5.1.1",
            "x-mq-namespace=",
            "x-mq-date-time=20261126T031500Z",
            "x-mq-request-id=5cf9ea60"),
    RUST(
            Language.RUST,
            "5.0.0",
            "x-mq-language=RUST",
            "x-mq-protocol-version=2.0.0",
            "x-mq-client-version=5.0.0",
            "x-mq-date-time=2026-11-26T02:15:00.123456789+00:00"),
    NODE(
            Language.NODE_JS,
            "1.0.8",
            "x-mq-language=HTTP",
            "x-mq-protocol=v2",
            "x-mq-client-version=1.0.8",
            "x-mq-date-time=20261126T021500Z",
            "x-mq-request-id=5cf9ea60-a7ac-4b48-8e15-4a2b1cf20a55"),
    PHP(
            Language.PHP,
            "5.0.0",
            "x-mq-language=PHP",
            "x-mq-protocol=GRPC_V2",
            "x-mq-client-version=5.0.0",
            "x-mq-namespace=",
            "x-mq-date-time=2026-11-26T02:15:00+00:00",
            "x-mq-request-id=php-67456a3c0e1b22.08154711"),
    /** Somebody's own, with what is required and no more. */
    BARE(Language.LANGUAGE_UNSPECIFIED, ""),
    /** A version that is none, and words that nobody knows. */
    ODD(
            Language.LANGUAGE_UNSPECIFIED,
            "dev",
            "x-mq-language=KLINGON",
            "x-mq-protocol=v17",
            "x-mq-client-version=dev",
            "x-mq-date-time=yesterday",
            "x-mq-request-id=",
            "x-mq-unheard-of=1");

    private final UA userAgent;
    private final List<String> headers;

    ClientLanguage(Language language, String version, String... headers) {
        this.userAgent = language == Language.LANGUAGE_UNSPECIFIED
                ? UA.getDefaultInstance()
                : UA.newBuilder()
                        .setLanguage(language)
                        .setVersion(version)
                        .setPlatform("linux")
                        .setHostname("host-of-" + language)
                        .build();
        this.headers = List.of(headers);
    }

    UA userAgent() {
        return userAgent;
    }

    /** The client id, then what the language adds: names and values by turns. */
    private String[] headers(String clientId) {
        List<String> all = new ArrayList<>(List.of("x-mq-client-id", clientId));
        headers.stream().map(header -> header.split("=", 2)).map(Arrays::asList).forEach(all::addAll);
        return all.toArray(new String[0]);
    }

    MessagingServiceBlockingStub stub(Rig rig, String clientId) {
        return Rig.withHeaders(MessagingServiceGrpc.newBlockingStub(rig.plainChannel()), headers(clientId));
    }

    MessagingServiceStub async(Rig rig, String clientId) {
        return Rig.withHeaders(MessagingServiceGrpc.newStub(rig.plainChannel()), headers(clientId));
    }

    /** The steps of back-off that the language reads from its settings; a list, or exponential. */
    boolean readsSteps() {
        return this != NODE;
    }

    boolean readsExponential() {
        return this != CPP && this != PYTHON;
    }
}
