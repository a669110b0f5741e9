package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
import org.escrowmq.admin.v1.DescribeTransactionRequest;
import org.escrowmq.admin.v1.ListTransactionsRequest;
import org.escrowmq.admin.v1.ListTransactionsResponse;
import org.escrowmq.admin.v1.Transaction;
import org.escrowmq.admin.v1.TransactionDetail;
import org.escrowmq.admin.v1.TransactionMoment;
import org.escrowmq.admin.v1.TransactionState;

/** Transactions of the admin service in memory. Pages hold two. */
final class FakeTransactions {
    private static final int PAGE = 2;

    final Map<String, Transaction> all = new TreeMap<>();
    ListTransactionsRequest lastList = ListTransactionsRequest.getDefaultInstance();
    ActOnTransactionsRequest lastAct = ActOnTransactionsRequest.getDefaultInstance();

    void add(String id, TransactionState state) {
        all.put(
                id,
                Transaction.newBuilder()
                        .setTransactionId(id)
                        .setTopic("payments")
                        .setMessageId("message-of-" + id)
                        .setState(state)
                        .setOffset(-1)
                        .build());
    }

    ListTransactionsResponse list(ListTransactionsRequest request) {
        lastList = request;
        List<Transaction> fit = new ArrayList<>();
        for (Transaction one : all.values()) {
            boolean later = one.getTransactionId().compareTo(request.getPageToken()) > 0;
            if (later && one.getState() == request.getState()) fit.add(one);
        }
        int size = Math.min(PAGE, Math.min(fit.size(), request.getPageSize()));
        return ListTransactionsResponse.newBuilder()
                .addAllTransactions(fit.subList(0, size))
                .setNextPageToken(size < fit.size() ? fit.get(size - 1).getTransactionId() : "")
                .build();
    }

    TransactionDetail describe(DescribeTransactionRequest request) {
        return TransactionDetail.newBuilder()
                .setTransaction(all.get(request.getTransactionId()))
                .addMoments(TransactionMoment.newBuilder().setWhat("checked").setBy("client-7"))
                .build();
    }

    ActOnTransactionsResponse act(ActOnTransactionsRequest request) {
        lastAct = request;
        ActOnTransactionsResponse.Builder response = ActOnTransactionsResponse.newBuilder();
        for (String id : request.getTransactionIdsList()) {
            response.addResults(ActOnTransactionsResponse.Result.newBuilder()
                    .setTransactionId(id)
                    .setProblem(all.containsKey(id) ? "" : "there is no transaction " + id));
        }
        return response.build();
    }
}
