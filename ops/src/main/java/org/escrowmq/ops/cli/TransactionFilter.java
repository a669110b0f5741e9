package org.escrowmq.ops.cli;

import java.time.Duration;
import org.escrowmq.admin.v1.ListTransactionsRequest;
import org.escrowmq.admin.v1.ListTransactionsResponse;
import org.escrowmq.admin.v1.Transaction;
import org.escrowmq.admin.v1.TransactionState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which transactions a command is about. */
final class TransactionFilter implements ListFilter<Transaction> {
    /** The states, as words of the command line. */
    enum State {
        OPEN(TransactionState.OPEN),
        PARKED(TransactionState.PARKED),
        COMMITTED(TransactionState.COMMITTED),
        ROLLED_BACK(TransactionState.ROLLED_BACK);

        private final TransactionState wire;

        State(TransactionState wire) {
            this.wire = wire;
        }
    }

    @Option(names = "--topic", paramLabel = "TOPIC", description = "The topic. Default: all topics.")
    String topic = "";

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
            defaultValue = "OPEN")
    State state = State.OPEN;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Only those that were stored so long ago.")
    @Nullable
    Duration olderThan;

    @Option(names = "--key", paramLabel = "KEY", description = "Only those whose message has this search key.")
    String key = "";

    @Override
    public boolean isUsed() {
        return !topic.isEmpty() || state != State.OPEN || olderThan != null || !key.isEmpty();
    }

    @Override
    public Page<Transaction> page(AdminClient admin, int size, String token) {
        ListTransactionsResponse page = admin.call(
                AdminMethods.LIST_TRANSACTIONS,
                ListTransactionsRequest.newBuilder()
                        .setTopic(topic)
                        .setState(state.wire)
                        .setOlderThanMillis(olderThan == null ? 0 : olderThan.toMillis())
                        .setKey(key)
                        .setPageSize(size)
                        .setPageToken(token)
                        .build());
        return new Page<>(page.getTransactionsList(), page.getNextPageToken());
    }
}
