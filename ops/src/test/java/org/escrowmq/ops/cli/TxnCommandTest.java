package org.escrowmq.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.escrowmq.admin.v1.ActOnTransactionsRequest.Action;
import org.escrowmq.admin.v1.TraceEvent;
import org.escrowmq.admin.v1.TraceMessageResponse;
import org.escrowmq.admin.v1.Transaction;
import org.escrowmq.admin.v1.TransactionState;
import org.escrowmq.ops.ExitCode;
import org.escrowmq.ops.cli.Shell.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code escrow txn} against an admin service in this process. */
class TxnCommandTest {
    private FakeAdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeAdminServer();
        for (String id : List.of("T1-1-0-1", "T1-1-0-2", "T1-1-0-3"))
            server.transactions.add(id, TransactionState.PARKED);
        server.transactions.add("T1-1-0-4", TransactionState.OPEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String ok(String... arguments) {
        Ended ended = Shell.at(server, arguments);
        assertEquals(0, ended.code(), ended.err());
        return ended.out();
    }

    private String fails(ExitCode code, String... arguments) {
        Ended ended = Shell.at(server, arguments);
        assertEquals(code.code(), ended.code(), ended.out() + ended.err());
        assertFalse(ended.err().contains("\tat "), ended.err());
        return ended.err();
    }

    @Test
    void a_list_goes_over_all_pages_and_says_what_is_asked_for() {
        String parked = ok("txn", "ls", "--state", "parked", "--older-than", "1h", "--topic", "payments");
        assertEquals(4, parked.lines().count(), parked);
        assertEquals(3_600_000, server.transactions.lastList.getOlderThanMillis());
        assertEquals("payments", server.transactions.lastList.getTopic());
        assertEquals(2, ok("txn", "ls").lines().count(), "open ones, where nothing is said");
        assertEquals(
                3, ok("txn", "ls", "--state", "parked", "--max", "2").lines().count());
    }

    @Test
    void show_tells_the_history() {
        assertTrue(ok("txn", "show", "T1-1-0-1").contains("client-7"));
    }

    @Test
    void show_tells_who_got_a_committed_message() {
        ok("topic", "create", "payments");
        server.transactions.all.put(
                "T1-1-0-9",
                Transaction.newBuilder()
                        .setTransactionId("T1-1-0-9")
                        .setTopic("payments")
                        .setQueue(3)
                        .setState(TransactionState.COMMITTED)
                        .setOffset(42)
                        .build());
        server.life = TraceMessageResponse.newBuilder()
                .addEvents(TraceEvent.newBuilder()
                        .setKind(TraceEvent.Kind.DELIVERED)
                        .setClientId("billing-1"))
                .build();
        assertTrue(ok("txn", "show", "T1-1-0-9").contains("billing-1"));
        assertEquals(3, server.lastTrace.getPlace().getQueue());
        assertEquals(42, server.lastTrace.getPlace().getOffset());
    }

    @Test
    void those_that_are_named_are_decided_with_who_and_why() {
        assertTrue(ok("txn", "commit", "T1-1-0-1", "T1-1-0-2", "--reason", "ledger")
                .contains("2 of 2"));
        assertEquals(Action.COMMIT, server.transactions.lastAct.getAction());
        assertEquals("ledger", server.transactions.lastAct.getReason());
        assertTrue(server.transactions.lastAct.getOperator().startsWith(System.getProperty("user.name") + "@"));
        assertTrue(fails(ExitCode.REFUSED, "txn", "rollback", "T1-9-0-1").contains("there is no transaction"));
    }

    @Test
    void many_are_meant_only_when_that_is_said() {
        fails(ExitCode.USAGE, "txn", "rollback", "--state", "parked");
        fails(ExitCode.USAGE, "txn", "rollback", "T1-1-0-1", "--dry-run");
        fails(ExitCode.USAGE, "txn", "rollback", "T1-1-0-1", "--state", "parked");
        assertEquals(
                4,
                ok("txn", "rollback", "--state", "parked", "--dry-run").lines().count());
        assertEquals(0, server.transactions.lastAct.getTransactionIdsCount());
        assertTrue(ok("txn", "unpark", "--state", "parked", "--yes").contains("3 of 3"));
        assertEquals(Action.UNPARK, server.transactions.lastAct.getAction());
    }
}
