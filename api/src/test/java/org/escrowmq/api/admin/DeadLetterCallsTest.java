package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.List;
import org.escrowmq.admin.v1.DeadLetter;
import org.escrowmq.admin.v1.ListDeadLettersRequest;
import org.escrowmq.admin.v1.ListDeadLettersResponse;
import org.escrowmq.admin.v1.RedriveDeadLettersRequest;
import org.escrowmq.admin.v1.RedriveDeadLettersResponse;
import org.escrowmq.model.BodyEncoding;
import org.escrowmq.model.Message;
import org.escrowmq.model.MessageType;
import org.escrowmq.model.TopicName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What groups gave up, through the admin port; the group billing has five letters, with amounts from 0 to 40. */
class DeadLetterCallsTest {
    private OpenAdminPort port;

    @BeforeEach
    void open() {
        port = OpenAdminPort.serving();
        for (int i = 0; i < 5; i++) port.broker.deadLetters.add(letter("m" + i, 10 * i));
    }

    @AfterEach
    void close() {
        port.close();
    }

    private static Message letter(String id, int amount) {
        return new Message(
                id,
                MessageType.NORMAL,
                null,
                List.of(),
                java.util.Map.of("amount", Integer.toString(amount)),
                BodyEncoding.IDENTITY,
                ByteBuffer.wrap(new byte[] {1}),
                1,
                "host",
                null,
                null,
                null,
                null,
                null,
                null,
                new Message.DeadLetterOrigin(TopicName.of("orders"), id));
    }

    private static ListDeadLettersRequest.Builder list() {
        return ListDeadLettersRequest.newBuilder().setGroup("billing");
    }

    private static RedriveDeadLettersRequest.Builder redrive() {
        return RedriveDeadLettersRequest.newBuilder().setGroup("billing");
    }

    @Test
    void lettersSayWhereTheyComeFromAndWhatBecameOfThem() {
        ListDeadLettersResponse page =
                await(port.client.listDeadLetters(list().setMax(2).build()));
        assertEquals(2, page.getLettersCount());
        assertEquals(2, page.getNextOffset());
        assertEquals(5, page.getEndOffset());
        DeadLetter first = page.getLetters(0);
        assertEquals("%DLQ%billing", first.getMessage().getTopic());
        assertEquals("orders", first.getMessage().getOriginTopic());
        assertEquals("m0", first.getMessage().getOriginMessageId());
        assertEquals(DeadLetter.State.WAITING, first.getState());
    }

    @Test
    void theChosenOnesGoBackOnce() {
        RedriveDeadLettersRequest.Builder cheap = redrive().setWhere("amount < 25");
        assertEquals(
                3,
                await(port.client.redriveDeadLetters(cheap.setDryRun(true).build()))
                        .getMatched());
        RedriveDeadLettersResponse step =
                await(port.client.redriveDeadLetters(cheap.setDryRun(false).build()));
        assertEquals(3, step.getSent());
        assertEquals(0, await(port.client.redriveDeadLetters(cheap.build())).getSent());
        assertEquals(
                List.of(DeadLetter.State.REDRIVEN, DeadLetter.State.WAITING),
                await(port.client.listDeadLetters(
                                list().setFromOffset(2).setMax(2).build()))
                        .getLettersList()
                        .stream()
                        .map(DeadLetter::getState)
                        .toList());
    }

    @Test
    void whatIsWrongIsNamed() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "the SQL filter is wrong",
                port.client.redriveDeadLetters(redrive().setWhere("amount >").build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "max must be 0 to 32, got 33",
                port.client.listDeadLetters(list().setMax(33).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "from_offset must be",
                port.client.listDeadLetters(list().setFromOffset(-1).build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "has never given a message up",
                port.client.listDeadLetters(list().setGroup("other").build()));
    }
}
