package org.escrowmq.api.admin;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
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
import org.escrowmq.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/** The calls about transactions. What an operator changes is recorded in the journal with it, and in the log. */
final class TransactionCalls {
    private final Broker broker;
    private final InstantSource clock;
    private final TopicPages pages;

    TransactionCalls(Broker broker, InstantSource clock) {
        this.broker = broker;
        this.clock = clock;
        this.pages = new TopicPages(broker, Set.of(MessageType.TRANSACTION), numbers(TransactionDesk.Place.FIRST));
    }

    CompletionStage<ListTransactionsResponse> list(ListTransactionsRequest request) {
        long age = Inputs.within("older_than_millis", request.getOlderThanMillis(), 0, Long.MAX_VALUE);
        TransactionState state = TransactionWire.state(request.getState());
        @Nullable String key = request.getKey().isEmpty() ? null : request.getKey();
        if (key != null && state.isDecided()) {
            throw Rejection.invalid(
                    "key finds OPEN and PARKED transactions only; a message that is visible finds QueryMessages");
        }
        long before = age == 0 ? Long.MAX_VALUE : clock.millis() - age;
        TopicPages.Desk<TransactionDesk.Entry> desk = (topic, place, max) -> broker.transactions()
                .list(new TransactionDesk.Query(topic, state, before, key, place(place), max))
                .thenApply(TransactionCalls::part);
        return pages.page(request.getTopic(), request.getPageSize(), request.getPageToken(), desk)
                .thenApply(found -> ListTransactionsResponse.newBuilder()
                        .addAllTransactions(found.entries().stream()
                                .map(TransactionWire::transaction)
                                .toList())
                        .setNextPageToken(found.nextToken())
                        .build());
    }

    private static TopicPages.Part<TransactionDesk.Entry> part(Outcome<TransactionDesk.Page> outcome) {
        TransactionDesk.Page page = Inputs.valueOf(outcome);
        TransactionDesk.Place next = page.next();
        return new TopicPages.Part<>(page.entries(), next == null ? null : numbers(next));
    }

    private static List<Long> numbers(TransactionDesk.Place place) {
        return List.of((long) place.queue(), place.number());
    }

    private static TransactionDesk.Place place(List<Long> numbers) {
        return new TransactionDesk.Place(Math.toIntExact(numbers.get(0)), numbers.get(1));
    }

    CompletionStage<TransactionDetail> describe(DescribeTransactionRequest request) {
        return broker.transactions()
                .show(request.getTransactionId())
                .thenApply(outcome -> TransactionWire.detail(Inputs.valueOf(outcome)));
    }

    CompletionStage<ActOnTransactionsResponse> act(ActOnTransactionsRequest request) {
        TransactionDesk.Action action = TransactionWire.action(request.getAction());
        return ManyActs.act(
                        "transaction_ids",
                        request.getTransactionIdsList(),
                        request.getOperator(),
                        request.getReason(),
                        (id, by) -> {
                            Audit.acted(action.name(), "transaction", id, by);
                            return broker.transactions().act(id, action, by);
                        })
                .thenApply(all -> ActOnTransactionsResponse.newBuilder()
                        .addAllResults(
                                all.stream().map(TransactionCalls::result).toList())
                        .build());
    }

    private static ActOnTransactionsResponse.Result result(ManyActs.Done done) {
        return ActOnTransactionsResponse.Result.newBuilder()
                .setTransactionId(done.id())
                .setProblem(done.problem())
                .build();
    }
}
