package org.escrowmq.api.admin;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
import org.escrowmq.admin.v1.DescribeTransactionRequest;
import org.escrowmq.admin.v1.ListTransactionsRequest;
import org.escrowmq.admin.v1.ListTransactionsResponse;
import org.escrowmq.admin.v1.TransactionDetail;
import org.escrowmq.cluster.Broker;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/** The calls about transactions. What an operator changes is recorded in the journal with it, and in the log. */
final class TransactionCalls {
    private static final int SIZE_DEFAULT = 100;
    private static final int SIZE_MAX = 1_000;
    private static final int ACTED_ON_MAX = 1_000;
    private static final int NAME_CHARS_MAX = 200;

    private final Broker broker;
    private final InstantSource clock;

    TransactionCalls(Broker broker, InstantSource clock) {
        this.broker = broker;
        this.clock = clock;
    }

    /** Where the next page begins. */
    private record Token(String topic, TransactionDesk.Place place) {
        static final Token START = new Token("", TransactionDesk.Place.FIRST);

        static Token read(String text) {
            if (text.isEmpty()) return START;
            try {
                String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n");
                TransactionDesk.Place place =
                        new TransactionDesk.Place(Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
                if (place.queue() >= 0 && place.number() >= 0) return new Token(parts[0], place);
                throw new IllegalArgumentException("a place below the first");
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException foreign) {
                throw Rejection.invalid("page_token " + Inputs.quoted(text) + " was not given out by this server");
            }
        }

        String text() {
            String parts = topic + "\n" + place.queue() + "\n" + place.number();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(parts.getBytes(StandardCharsets.UTF_8));
        }
    }

    CompletionStage<ListTransactionsResponse> list(ListTransactionsRequest request) {
        int size = Inputs.orDefault(Inputs.within("page_size", request.getPageSize(), 0, SIZE_MAX), SIZE_DEFAULT);
        long age = Inputs.within("older_than_millis", request.getOlderThanMillis(), 0, Long.MAX_VALUE);
        TransactionState state = TransactionWire.state(request.getState());
        @Nullable String key = request.getKey().isEmpty() ? null : request.getKey();
        if (key != null && state.isDecided()) {
            throw Rejection.invalid(
                    "key finds OPEN and PARKED transactions only; a message that is visible finds QueryMessages");
        }
        long before = age == 0 ? Long.MAX_VALUE : clock.millis() - age;
        Token from = Token.read(request.getPageToken());
        List<TopicName> topics = topics(request.getTopic(), from);
        ListTransactionsResponse.Builder response = ListTransactionsResponse.newBuilder();
        return next(topics, 0, from.place(), new Wanted(state, before, key, size), response);
    }

    private record Wanted(
            TransactionState state, long before, @Nullable String key, int size) {}

    private List<TopicName> topics(String named, Token from) {
        if (!named.isEmpty()) return List.of(Inputs.topic(named));
        return broker.catalogue().topics().stream()
                .filter(topic -> topic.type().accepted().contains(MessageType.TRANSACTION))
                .map(topic -> topic.name())
                .filter(name -> name.toString().compareTo(from.topic()) >= 0)
                .sorted(Comparator.comparing(TopicName::toString))
                .toList();
    }

    /** Goes on with the topic at {@code index} until the page is full. */
    private CompletionStage<ListTransactionsResponse> next(
            List<TopicName> topics,
            int index,
            TransactionDesk.Place place,
            Wanted wanted,
            ListTransactionsResponse.Builder response) {
        if (index == topics.size()) return CompletableFuture.completedFuture(response.build());
        TopicName topic = topics.get(index);
        TransactionDesk.Query query = new TransactionDesk.Query(
                topic,
                wanted.state(),
                wanted.before(),
                wanted.key(),
                place,
                wanted.size() - response.getTransactionsCount());
        return broker.transactions().list(query).thenCompose(outcome -> {
            TransactionDesk.Page page = Inputs.valueOf(outcome);
            page.entries().forEach(entry -> response.addTransactions(TransactionWire.transaction(entry)));
            TransactionDesk.Place on = page.next();
            if (on != null) {
                return CompletableFuture.completedFuture(
                        response.setNextPageToken(new Token(topic.toString(), on).text())
                                .build());
            }
            if (response.getTransactionsCount() < wanted.size()) {
                return next(topics, index + 1, TransactionDesk.Place.FIRST, wanted, response);
            }
            if (index + 1 < topics.size()) {
                response.setNextPageToken(
                        new Token(topics.get(index + 1).toString(), TransactionDesk.Place.FIRST).text());
            }
            return CompletableFuture.completedFuture(response.build());
        });
    }

    CompletionStage<TransactionDetail> describe(DescribeTransactionRequest request) {
        return broker.transactions()
                .show(request.getTransactionId())
                .thenApply(outcome -> TransactionWire.detail(Inputs.valueOf(outcome)));
    }

    CompletionStage<ActOnTransactionsResponse> act(ActOnTransactionsRequest request) {
        Inputs.within("the number of transaction_ids", request.getTransactionIdsCount(), 1, ACTED_ON_MAX);
        TransactionDesk.Action action = TransactionWire.action(request.getAction());
        String operator = Inputs.text("operator", request.getOperator(), NAME_CHARS_MAX);
        String reason = Inputs.text("reason", request.getReason(), NAME_CHARS_MAX);
        if (operator.isBlank()) throw Rejection.invalid("operator must say who it is: it is recorded");
        String by = reason.isBlank() ? operator : operator + ": " + reason;
        List<CompletableFuture<ActOnTransactionsResponse.Result>> results = new ArrayList<>();
        for (String id : request.getTransactionIdsList()) {
            Audit.acted(action, id, by);
            results.add(broker.transactions()
                    .act(id, action, by)
                    .thenApply(outcome -> result(id, outcome))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    ActOnTransactionsResponse.Builder response = ActOnTransactionsResponse.newBuilder();
                    results.forEach(result -> response.addResults(result.join()));
                    return response.build();
                });
    }

    private static ActOnTransactionsResponse.Result result(String id, Outcome<Boolean> outcome) {
        return ActOnTransactionsResponse.Result.newBuilder()
                .setTransactionId(id)
                .setProblem(outcome.fold(done -> "", refusal -> refusal.text()))
                .build();
    }
}
