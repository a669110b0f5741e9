package org.escrowmq.ops.cli;

import java.util.List;
import java.util.Locale;
import org.escrowmq.admin.v1.ActOnTransactionsRequest;
import org.escrowmq.admin.v1.ActOnTransactionsRequest.Action;
import org.escrowmq.admin.v1.ActOnTransactionsResponse;
import org.escrowmq.admin.v1.Transaction;
import org.escrowmq.ops.view.View;
import picocli.CommandLine.Mixin;

/** Does one thing to the transactions that are named, or to all that fit a filter. */
abstract class ActOnTransactions extends ActOnMany<Transaction> {
    @Mixin
    TransactionFilter filter = new TransactionFilter();

    abstract Action decision();

    @Override
    ListFilter<Transaction> filter() {
        return filter;
    }

    @Override
    String idOf(Transaction entry) {
        return entry.getTransactionId();
    }

    @Override
    View listed(List<Transaction> entries) {
        return TransactionViews.list(entries);
    }

    @Override
    String things() {
        return "transactions";
    }

    @Override
    String action() {
        return decision().name().toLowerCase(Locale.ROOT);
    }

    @Override
    List<String> act(AdminClient admin, List<String> some, String operator) {
        return admin
                .call(
                        AdminMethods.ACT_ON_TRANSACTIONS,
                        ActOnTransactionsRequest.newBuilder()
                                .addAllTransactionIds(some)
                                .setAction(decision())
                                .setOperator(operator)
                                .setReason(reason)
                                .build())
                .getResultsList()
                .stream()
                .map(ActOnTransactionsResponse.Result::getProblem)
                .toList();
    }
}
