package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.EndTransactionRequest;
import apache.rocketmq.v2.Message;
import apache.rocketmq.v2.MessageType;
import apache.rocketmq.v2.SendMessageResponse;
import apache.rocketmq.v2.Status;
import apache.rocketmq.v2.TransactionResolution;
import apache.rocketmq.v2.TransactionSource;
import com.google.protobuf.Duration;
import java.util.List;
import org.escrowmq.cluster.MessageExchange;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.escrowmq.transaction.Resolution;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactional sends and EndTransaction through a real connection. */
@Tag("conformance")
class EndingTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start();
    }

    @AfterAll
    static void stop() throws Exception {
        rig.close();
    }

    @BeforeEach
    void topics() {
        rig.empty();
        rig.catalogue.topic("transactions", TopicType.TRANSACTION, 4);
        rig.catalogue.topic("mixed", TopicType.MIXED, 4);
    }

    private static Message half(String topic) {
        return Messages.message(topic, "the-id", system -> system.setMessageType(MessageType.TRANSACTION));
    }

    private static EndTransactionRequest.Builder commit(String transactionId) {
        return EndTransactionRequest.newBuilder()
                .setTopic(Rig.resource("transactions"))
                .setMessageId("the-id")
                .setTransactionId(transactionId)
                .setSource(TransactionSource.SOURCE_CLIENT)
                .setResolution(TransactionResolution.COMMIT);
    }

    private static Status end(EndTransactionRequest.Builder request) {
        return rig.client("producer").endTransaction(request.build()).getStatus();
    }

    @Test
    @DisplayName("74: the entry of a half message has a transaction id, and no offset")
    void theEntryNamesTheTransaction() {
        for (String topic : List.of("transactions", "mixed")) {
            SendMessageResponse response = rig.client("producer").sendMessage(Messages.send(half(topic)));
            assertEquals(
                    Code.OK,
                    response.getStatus().getCode(),
                    response.getStatus().getMessage());
            assertFalse(response.getEntries(0).getTransactionId().isEmpty());
            assertEquals(0, response.getEntries(0).getOffset());
        }
    }

    @Test
    @DisplayName("83, 84: a blank transaction id gives INVALID_TRANSACTION_ID; so does one that is unknown")
    void blankAndUnknownIds() {
        assertEquals(Code.INVALID_TRANSACTION_ID, end(commit("")).getCode());
        assertEquals(Code.INVALID_TRANSACTION_ID, end(commit(" ")).getCode());
        assertEquals(Code.INVALID_TRANSACTION_ID, end(commit("never-given-out")).getCode());
    }

    @Test
    void aDecisionReachesTheExchangeAsItWasMeant() {
        String id = rig.client("producer")
                .sendMessage(Messages.send(half("transactions")))
                .getEntries(0)
                .getTransactionId();
        assertEquals(Code.OK, end(commit(id)).getCode());
        EndTransactionRequest.Builder answer = commit(id)
                .setResolution(TransactionResolution.ROLLBACK)
                .setSource(TransactionSource.SOURCE_SERVER_CHECK);
        assertEquals(Code.OK, end(answer).getCode());
        TopicName topic = TopicName.of("transactions");
        assertEquals(
                List.of(
                        new MessageExchange.TransactionEnd(topic, "the-id", id, Resolution.COMMIT, false, "producer"),
                        new MessageExchange.TransactionEnd(topic, "the-id", id, Resolution.ROLLBACK, true, "producer")),
                rig.exchange.ends());
    }

    @Test
    void anythingButCommitAndRollbackIsRefused() {
        Status status = end(commit("t").setResolution(TransactionResolution.TRANSACTION_RESOLUTION_UNSPECIFIED));
        assertEquals(Code.BAD_REQUEST, status.getCode());
        assertEquals(
                Code.ILLEGAL_TOPIC,
                end(commit("t").setTopic(Rig.resource("a#b"))).getCode());
    }

    @Test
    @DisplayName("90: a recovery duration of 3601 s gives BAD_REQUEST, one of 3600 s is taken")
    void recoveryDuration() {
        for (long seconds : new long[] {3600, 3601, -1}) {
            Message message = Messages.message(
                    "transactions",
                    "id",
                    system -> system.setMessageType(MessageType.TRANSACTION)
                            .setOrphanedTransactionRecoveryDuration(
                                    Duration.newBuilder().setSeconds(seconds)));
            assertEquals(
                    seconds == 3600 ? Code.OK : Code.BAD_REQUEST,
                    rig.client("producer")
                            .sendMessage(Messages.send(message))
                            .getStatus()
                            .getCode());
        }
    }

    @Test
    void aMessageGroupMayBeNamedByAProperty() {
        rig.catalogue.topic("fifo", TopicType.FIFO, 4);
        Message ordered = Messages.message("fifo", "id").toBuilder()
                .putUserProperties("escrow-message-group", "g")
                .build();
        assertEquals(
                Code.OK,
                rig.client("producer")
                        .sendMessage(Messages.send(ordered))
                        .getStatus()
                        .getCode());
        Message half = half("transactions").toBuilder()
                .putUserProperties("escrow-message-group", "g")
                .build();
        assertEquals(
                Code.OK,
                rig.client("producer")
                        .sendMessage(Messages.send(half))
                        .getStatus()
                        .getCode());
        for (Message broken : List.of(
                half.toBuilder().putUserProperties("escrow-message-group", " ").build(),
                half.toBuilder()
                        .putUserProperties("escrow-message-group", "g".repeat(65))
                        .build(),
                half.toBuilder()
                        .setSystemProperties(
                                half.getSystemProperties().toBuilder().setMessageGroup("other"))
                        .build())) {
            assertEquals(
                    Code.ILLEGAL_MESSAGE_GROUP,
                    rig.client("producer")
                            .sendMessage(Messages.send(broken))
                            .getStatus()
                            .getCode());
        }
    }

    @Test
    void transactionalMessagesAreSentApartFromOthers() {
        Message plain = Messages.message("mixed", "other");
        SendMessageResponse response = rig.client("producer").sendMessage(Messages.send(half("mixed"), plain));
        assertEquals(
                Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, response.getStatus().getCode());
    }
}
