package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.ListTransactionsRequest;
import org.escrowmq.admin.v1.ListTransactionsResponse;
import org.escrowmq.admin.v1.TopicType;
import org.escrowmq.cluster.TransactionDesk;
import org.escrowmq.model.StoredBody;
import org.escrowmq.model.TopicName;
import org.escrowmq.transaction.Source;
import org.escrowmq.transaction.Transaction;
import org.escrowmq.transaction.TransactionState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions through the admin port: three in payments, two in refunds. */
class TransactionCallsTest {
    private OpenAdminPort port;

    @BeforeEach
    void open() {
        port = OpenAdminPort.serving();
        fill("payments", 3);
        fill("refunds", 2);
    }

    @AfterEach
    void close() {
        port.close();
    }

    private void fill(String topic, int count) {
        await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName(topic)
                .setType(TopicType.TRANSACTION)
                .build()));
        List<TransactionDesk.Entry> entries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String id = topic + "-" + i;
            entries.add(new TransactionDesk.Entry(id, TopicName.of(topic), 0, transaction(i)));
        }
        port.broker.transactions.open.put(TopicName.of(topic), entries);
    }

    private static Transaction transaction(long number) {
        return new Transaction(
                number,
                "m",
                new StoredBody(1, 0, 10, 1, 0, List.of()),
                "c",
                1_000,
                TransactionState.OPEN,
                new Transaction.Change(1_000, Source.CLIENT, "", null),
                0,
                0,
                9,
                0,
                null);
    }

    private List<String> listed(ListTransactionsRequest.Builder request) {
        List<String> seen = new ArrayList<>();
        do {
            ListTransactionsResponse page = await(port.client.listTransactions(request.build()));
            page.getTransactionsList().forEach(one -> seen.add(one.getTransactionId()));
            request.setPageToken(page.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        return seen;
    }

    @Test
    void pagesOfAnySizeGoOverAllTopicsInTheSameOrder() {
        List<String> all = List.of("payments-1", "payments-2", "payments-3", "refunds-1", "refunds-2");
        for (int size = 0; size < 7; size++) {
            assertEquals(all, listed(ListTransactionsRequest.newBuilder().setPageSize(size)), "pages of " + size);
        }
        assertEquals(
                all.subList(3, 5),
                listed(ListTransactionsRequest.newBuilder().setTopic("refunds").setPageSize(1)));
    }

    @Test
    void eachIsActedOnForItself() {
        ActOnTransactionsRequest.Builder commit = ActOnTransactionsRequest.newBuilder()
                .setAction(ActOnTransactionsRequest.Action.COMMIT)
                .addAllTransactionIds(List.of("refunds-1", "none", "payments-3"))
                .setOperator("ann@desk");
        assertEquals(
                List.of("", "there is no transaction none", ""),
                await(port.client.actOnTransactions(commit.build())).getResultsList().stream()
                        .map(ActOnTransactionsResponse.Result::getProblem)
                        .toList());
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "operator must say who it is",
                port.client.actOnTransactions(commit.setOperator("").build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "the number of transaction_ids must be 1 to 1000, got 0",
                port.client.actOnTransactions(
                        commit.setOperator("ann@desk").clearTransactionIds().build()));
    }
}
