package org.escrowmq.systemtests.ledger;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;
import org.apache.rocketmq.client.java.exception.BadRequestException;
import org.apache.rocketmq.shaded.io.grpc.StatusRuntimeException;
import org.escrowmq.systemtests.client.OfficialClients;
import org.escrowmq.systemtests.client.Target;

/**
 * A producer's process: sends half messages for rows of the ledger, ends each row, and decides its transaction; it leaves some decisions to the
 * checks, makes some twice and contradicts some. Halts (as if killed) the N-th time that it comes to a given step. Prints a line that
 * begins with {@code violation} for what must not happen. Ends when its standard input does.
 */
public final class LedgerProducer {
    /** Where it may halt. */
    enum Step {
        ROW_BEGUN,
        HALF_SENT,
        ROW_ENDED,
        DECIDED,
        ASKED
    }

    /** The exit code of one that halted. */
    static final int HALTED = 77;

    private static final int LEFT_TO_CHECK_PERCENT = 10;
    private static final int DOUBLED_PERCENT = 10;
    private static final int CONTRADICTED_PERCENT = 10;
    private static final int ROLLED_BACK_PERCENT = 40;

    /** After a send or a start that failed. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Ledger ledger;
    private final String topic;
    private final int owner;
    private final Step haltAt;
    private final AtomicInteger untilHalt;

    private LedgerProducer(Ledger ledger, String topic, int owner, Step haltAt, int haltAfter) {
        this.ledger = ledger;
        this.topic = topic;
        this.owner = owner;
        this.haltAt = haltAt;
        this.untilHalt = new AtomicInteger(haltAfter);
    }

    /** Arguments: endpoint, topic, ledger file, rows, owner, threads, step to halt at, how often it is passed before. */
    public static void main(String[] args) throws Exception {
        Ledger ledger = Ledger.open(Path.of(args[2]), Integer.parseInt(args[3]));
        LedgerProducer work = new LedgerProducer(
                ledger, args[1], Integer.parseInt(args[4]), Step.valueOf(args[6]), Integer.parseInt(args[7]));
        Producer producer = work.started(new OfficialClients(new Target(args[0], false)));
        int threads = Integer.parseInt(args[5]);
        for (int i = 0; i < threads; i++) {
            Thread sender = new Thread(() -> work.run(producer), "sender-" + i);
            sender.setDaemon(true);
            sender.start();
        }
        // Checks are answered until nobody needs this process any more.
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    /** The server may be down. */
    private Producer started(OfficialClients clients) {
        while (true) {
            try {
                return clients.producerBuilder(topic)
                        .setTransactionChecker(this::check)
                        .build();
            } catch (ClientException | IllegalStateException | StatusRuntimeException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void passes(Step step) {
        if (step == haltAt && untilHalt.decrementAndGet() < 0)
            Runtime.getRuntime().halt(HALTED);
    }

    private TransactionResolution check(MessageView message) {
        passes(Step.ASKED);
        ByteBuffer body = message.getBody();
        return switch (ledger.state(body.getInt())) {
            case COMMITTED -> TransactionResolution.COMMIT;
            case ROLLED_BACK -> TransactionResolution.ROLLBACK;
            case BEGUN, UNUSED -> TransactionResolution.UNKNOWN;
        };
    }

    private void run(Producer producer) {
        for (int row = ledger.take(); row >= 0; row = ledger.take()) one(producer, row);
    }

    private void one(Producer producer, int row) {
        ledger.begin(row, owner);
        passes(Step.ROW_BEGUN);
        Transaction transaction;
        try {
            transaction = producer.beginTransaction();
            byte[] body = ByteBuffer.allocate(100).putInt(row).array();
            producer.send(
                    OfficialClients.message(topic)
                            .setKeys("row-" + row)
                            .setBody(body)
                            .build(),
                    transaction);
        } catch (ClientException | StatusRuntimeException e) {
            // Whether it is stored is not known: what is asked about it later finds this.
            ledger.end(row, Ledger.State.ROLLED_BACK);
            LockSupport.parkNanos(PAUSE_NANOS); // the server is down: not all rows are to meet that
            return;
        }
        passes(Step.HALF_SENT);
        boolean commits = percent() >= ROLLED_BACK_PERCENT;
        ledger.end(row, commits ? Ledger.State.COMMITTED : Ledger.State.ROLLED_BACK);
        passes(Step.ROW_ENDED);
        if (percent() < LEFT_TO_CHECK_PERCENT) return;
        decide(transaction, row, commits);
    }

    private void decide(Transaction transaction, int row, boolean commits) {
        if (!isDone(transaction, commits, row)) return;
        passes(Step.DECIDED);
        if (percent() < DOUBLED_PERCENT) isDone(transaction, commits, row);
        if (percent() >= CONTRADICTED_PERCENT) return;
        try {
            end(transaction, !commits);
            violation(row, "was decided, and then the other way");
        } catch (ClientException | StatusRuntimeException asItShould) {
            // Refused, or the server is down and has not decided anything.
        }
    }

    /** Whether the server said that it is decided so. One that is down does not say anything. */
    private boolean isDone(Transaction transaction, boolean commits, int row) {
        try {
            end(transaction, commits);
            return true;
        } catch (BadRequestException refused) {
            violation(row, "cannot be decided as its row is: " + refused.getMessage());
            return false;
        } catch (ClientException | StatusRuntimeException down) {
            return false;
        }
    }

    private static void end(Transaction transaction, boolean commits) throws ClientException {
        if (commits) transaction.commit();
        else transaction.rollback();
    }

    private static int percent() {
        return ThreadLocalRandom.current().nextInt(100);
    }

    private static void violation(int row, String what) {
        System.out.println("violation: row " + row + " " + what);
    }
}
