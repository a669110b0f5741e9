package org.escrowmq.ops.cli;

import java.util.ArrayList;
import java.util.List;
import org.escrowmq.admin.v1.ActOnTransactionsRequest.Action;
import org.escrowmq.admin.v1.DescribeTransactionRequest;
import org.escrowmq.admin.v1.TraceMessageRequest;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.Transaction;
import org.escrowmq.admin.v1.TransactionDetail;
import org.escrowmq.ops.view.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Transactions. */
@Command(
        name = "txn",
        description = "Lists, shows and decides transactions.",
        footer = {"", "Example:", "  escrow txn ls --state parked --older-than 1h"},
        subcommands = {
            TxnCommand.Ls.class,
            TxnCommand.Show.class,
            TxnCommand.Commit.class,
            TxnCommand.Rollback.class,
            TxnCommand.Check.class,
            TxnCommand.Park.class,
            TxnCommand.Unpark.class
        })
final class TxnCommand extends CommandGroup {
    @Command(
            name = "ls",
            description = "Lists transactions in one state, oldest first in each queue.",
            footer = {"", "Example:", "  escrow txn ls --topic payments --older-than 10m"})
    static final class Ls extends AdminCommand {
        @Mixin
        TransactionFilter filter = new TransactionFilter();

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many at most. Default: ${DEFAULT-VALUE}.")
        int max;

        @Override
        View ask(AdminClient admin) {
            List<Transaction> found = new ArrayList<>();
            filter.forEach(admin, Math.max(1, max), found::add);
            return TransactionViews.list(found);
        }
    }

    @Command(
            name = "show",
            description =
                    "Shows all about one transaction: how it stands, its message, what happened to it, and who got the message.",
            footer = {"", "Example:", "  escrow txn show T1-1a-3-4d2"})
    static final class Show extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The transaction id.")
        String id = "";

        @Override
        View ask(AdminClient admin) {
            TransactionDetail detail = admin.call(
                    AdminMethods.DESCRIBE_TRANSACTION,
                    DescribeTransactionRequest.newBuilder().setTransactionId(id).build());
            return TransactionViews.detail(detail, life(admin, detail.getTransaction()));
        }

        /** What became of the message once it was visible; null for one that is not. */
        private static @Nullable TraceMessageResponse life(AdminClient admin, Transaction transaction) {
            if (transaction.getOffset() < 0) return null;
            TraceMessageRequest.Builder request =
                    TraceMessageRequest.newBuilder().setTopic(transaction.getTopic());
            request.getPlaceBuilder().setQueue(transaction.getQueue()).setOffset(transaction.getOffset());
            return admin.call(AdminMethods.TRACE_MESSAGE, request.build());
        }
    }

    @Command(
            name = "commit",
            description = "Commits transactions, for good: their messages become visible.",
            footer = {"", "Example:", "  escrow txn commit T1-1a-3-4d2 --reason \"ledger says paid\""})
    static final class Commit extends ActOnTransactions {
        @Override
        Action decision() {
            return Action.COMMIT;
        }
    }

    @Command(
            name = "rollback",
            description = "Rolls transactions back, for good: their messages never become visible.",
            footer = {"", "Example:", "  escrow txn rollback --topic payments --state parked --older-than 7d --dry-run"
            })
    static final class Rollback extends ActOnTransactions {
        @Override
        Action decision() {
            return Action.ROLLBACK;
        }
    }

    @Command(
            name = "check",
            description = "Has a producer asked about transactions now.",
            footer = {"", "Example:", "  escrow txn check T1-1a-3-4d2"})
    static final class Check extends ActOnTransactions {
        @Override
        Action decision() {
            return Action.CHECK;
        }
    }

    @Command(
            name = "park",
            description = "Has nobody asked about transactions any more, until they are unparked or decided here.",
            footer = {"", "Example:", "  escrow txn park T1-1a-3-4d2"})
    static final class Park extends ActOnTransactions {
        @Override
        Action decision() {
            return Action.PARK;
        }
    }

    @Command(
            name = "unpark",
            description =
                    "Opens parked transactions again: their producers are asked from now on, with all checks anew.",
            footer = {"", "Example:", "  escrow txn unpark --topic payments --state parked --yes"})
    static final class Unpark extends ActOnTransactions {
        @Override
        Action decision() {
            return Action.UNPARK;
        }
    }
}
