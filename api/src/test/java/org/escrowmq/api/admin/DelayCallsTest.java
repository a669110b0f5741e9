package org.escrowmq.api.admin;

import static org.escrowmq.api.admin.MemoryDelays.NOW;
import static org.escrowmq.api.admin.OpenAdminPort.assertRefused;
import static org.escrowmq.api.admin.OpenAdminPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest;
import org.escrowmq.admin.v1.ActOnDelayedMessagesRequest.Action;
import org.escrowmq.admin.v1.ActOnDelayedMessagesResponse;
import org.escrowmq.admin.v1.CountDelayedMessagesRequest;
import org.escrowmq.admin.v1.CountDelayedMessagesResponse;
import org.escrowmq.admin.v1.CreateTopicRequest;
import org.escrowmq.admin.v1.DelayedMessage;
import org.escrowmq.admin.v1.DelayedMessageDetail;
import org.escrowmq.admin.v1.DescribeDelayedMessageRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesRequest;
import org.escrowmq.admin.v1.ListDelayedMessagesResponse;
import org.escrowmq.admin.v1.TopicType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Messages that wait, through the admin port: four in reminders and one in mixed, an hour apart. */
class DelayCallsTest {
    private static final long HOUR = 3_600_000;

    private OpenAdminPort port;

    @BeforeEach
    void open() {
        port = OpenAdminPort.serving();
        create("reminders", TopicType.DELAY);
        create("mixed", TopicType.MIXED);
        create("plain", TopicType.NORMAL);
        port.broker.delays.add("reminders", 1, "m1", NOW + HOUR, "k");
        port.broker.delays.add("reminders", 0, "m2", NOW + 2 * HOUR, "");
        port.broker.delays.add("reminders", 0, "m3", NOW + HOUR, "k");
        port.broker.delays.add("reminders", 0, "m4", NOW + 3 * HOUR, "");
        port.broker.delays.add("mixed", 0, "m5", NOW + HOUR, "");
    }

    @AfterEach
    void close() {
        port.close();
    }

    private void create(String name, TopicType type) {
        await(port.client.createTopic(CreateTopicRequest.newBuilder()
                .setName(name)
                .setType(type)
                .setQueues(2)
                .build()));
    }

    private List<String> listed(ListDelayedMessagesRequest.Builder request) {
        List<String> seen = new ArrayList<>();
        do {
            ListDelayedMessagesResponse page = await(port.client.listDelayedMessages(request.build()));
            page.getMessagesList().forEach(one -> seen.add(one.getMessageId()));
            request.setPageToken(page.getNextPageToken());
        } while (!request.getPageToken().isEmpty());
        return seen;
    }

    private static ListDelayedMessagesRequest.Builder list() {
        return ListDelayedMessagesRequest.newBuilder();
    }

    private static ActOnDelayedMessagesRequest.Builder act(Action action, String... handles) {
        return ActOnDelayedMessagesRequest.newBuilder()
                .setAction(action)
                .addAllRecallHandles(List.of(handles))
                .setOperator("ann@desk");
    }

    private DelayedMessageDetail shown(String handle) {
        return await(port.client.describeDelayedMessage(DescribeDelayedMessageRequest.newBuilder()
                .setRecallHandle(handle)
                .build()));
    }

    private static DescribeDelayedMessageRequest sent(String topic, String messageId) {
        DescribeDelayedMessageRequest.Builder request = DescribeDelayedMessageRequest.newBuilder();
        request.getSentBuilder().setTopic(topic).setMessageId(messageId);
        return request.build();
    }

    private String problem(ActOnDelayedMessagesRequest.Builder request) {
        return await(port.client.actOnDelayedMessages(request.build()))
                .getResults(0)
                .getProblem();
    }

    @Test
    void pagesOfAnySizeGoOverAllTopicsInTheSameOrder() {
        List<String> all = List.of("m5", "m3", "m2", "m4", "m1");
        for (int size = 0; size < 7; size++) assertEquals(all, listed(list().setPageSize(size)), "pages of " + size);
        assertEquals(
                List.of("m3", "m2", "m4", "m1"),
                listed(list().setTopic("reminders").setPageSize(1)));
        assertEquals(List.of(), listed(list().setTopic("plain")));
    }

    @Test
    void aListIsOfTimesAndKeys() {
        assertEquals(
                List.of("m5", "m3", "m2", "m1"),
                listed(list().setFromEpochMillis(NOW + HOUR).setToEpochMillis(NOW + 3 * HOUR)));
        assertEquals(List.of("m4"), listed(list().setFromEpochMillis(NOW + 3 * HOUR)));
        assertEquals(List.of("m3", "m1"), listed(list().setKey("k").setPageSize(1)));
    }

    @Test
    void aPageWhoseTopicIsGoneBeginsTheNextTopic() {
        create("aged", TopicType.DELAY);
        port.broker.delays.add("aged", 1, "old", NOW + 9 * HOUR, "");
        port.broker.delays.add("aged", 1, "older", NOW + 9 * HOUR, "");
        ListDelayedMessagesResponse first =
                await(port.client.listDelayedMessages(list().setPageSize(1).build()));
        assertEquals("old", first.getMessages(0).getMessageId());
        await(port.client.deleteTopic(org.escrowmq.admin.v1.DeleteTopicRequest.newBuilder()
                .setName("aged")
                .build()));
        assertEquals(List.of("m5", "m3", "m2", "m4", "m1"), listed(list().setPageToken(first.getNextPageToken())));
    }

    @Test
    void whatIsWrongInAListIsNamed() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "page_size must be 0 to 1000, got 1001",
                port.client.listDelayedMessages(list().setPageSize(1_001).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "from_epoch_millis must be 0 to",
                port.client.listDelayedMessages(list().setFromEpochMillis(-1).build()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "to_epoch_millis must be above from_epoch_millis (7), or 0 for no end, got 7",
                port.client.listDelayedMessages(
                        list().setFromEpochMillis(7).setToEpochMillis(7).build()));
        for (String token : List.of("!", "bWl4ZWQ", "bWl4ZWQKMAow", "bWl4ZWQKMAowCi0x")) {
            assertRefused(
                    Status.Code.INVALID_ARGUMENT,
                    "was not given out by this server",
                    port.client.listDelayedMessages(list().setPageToken(token).build()));
        }
        String token = await(port.client.listDelayedMessages(
                        list().setTopic("reminders").setPageSize(1).build()))
                .getNextPageToken();
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "page_token is one of topic \"reminders\", got it for topic \"mixed\"",
                port.client.listDelayedMessages(
                        list().setTopic("mixed").setPageToken(token).build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                "topic none does not exist",
                port.client.listDelayedMessages(list().setTopic("none").build()));
    }

    @Test
    void oneThatWaitsIsShownWithItsMessage() {
        DelayedMessageDetail shown = shown("D1-2");
        assertEquals(
                DelayedMessage.newBuilder()
                        .setRecallHandle("D1-2")
                        .setTopic("reminders")
                        .setState(DelayedMessage.State.WAITING)
                        .setMessageId("m2")
                        .setStoredEpochMillis(NOW)
                        .setDueEpochMillis(NOW + 2 * HOUR)
                        .build(),
                shown.getDelayed());
        assertEquals("m2", shown.getMessage().getMessageId());
        assertEquals(-1, shown.getMessage().getOffset());
        assertEquals(NOW, shown.getMessage().getStoredEpochMillis());
        assertEquals(shown, await(port.client.describeDelayedMessage(sent("reminders", "m2"))));
    }

    @Test
    void whatCannotBeShownIsRefused() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "either recall_handle or sent",
                port.client.describeDelayedMessage(DescribeDelayedMessageRequest.getDefaultInstance()));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "message_id is empty",
                port.client.describeDelayedMessage(sent("reminders", " ")));
        assertRefused(
                Status.Code.NOT_FOUND,
                "one that was delivered finds QueryMessages",
                port.client.describeDelayedMessage(sent("reminders", "m9")));
        port.broker.delays.add("reminders", 1, "m2", NOW + HOUR, "");
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "name one by its recall handle: D1-2, D1-6",
                port.client.describeDelayedMessage(sent("reminders", "m2")));
    }

    @Test
    void aCancelledOneSaysWhoDidItAndIsCancelledAgain() {
        for (int i = 0; i < 2; i++)
            assertEquals("", problem(act(Action.CANCEL, "D1-1").setReason("wrong")));
        DelayedMessage shown = shown("D1-1").getDelayed();
        assertEquals(DelayedMessage.State.RECALLED, shown.getState());
        assertEquals("operator", shown.getSource());
        assertEquals("ann@desk: wrong", shown.getBy());
        assertEquals(NOW, shown.getChangedEpochMillis());
        assertFalse(shown("D1-1").hasMessage());
        assertEquals(List.of("m3"), listed(list().setTopic("reminders").setKey("k")));
    }

    @Test
    void aMovedOneHasItsNewTimeAndSaysWhoMovedIt() {
        assertEquals("", problem(act(Action.RESCHEDULE, "D1-1").setDueEpochMillis(NOW + 5 * HOUR)));
        DelayedMessage shown = shown("D1-1").getDelayed();
        assertEquals(DelayedMessage.State.WAITING, shown.getState());
        assertEquals(NOW + 5 * HOUR, shown.getDueEpochMillis());
        assertEquals("ann@desk", shown.getBy());
        long far = NOW + MemoryDelays.MAX_DELAY.toMillis() + 60_000;
        assertEquals(
                "a delivery time lies at most 40 d ahead (escrow.delay-scheduler.max-delay), got 40 d 60 s",
                problem(act(Action.RESCHEDULE, "D1-1").setDueEpochMillis(far)));
    }

    @Test
    void eachIsActedOnForItself() {
        ActOnDelayedMessagesResponse fired = await(port.client.actOnDelayedMessages(
                act(Action.FIRE, "D1-9", "D1-1", "D1-2").build()));
        assertEquals(
                List.of("D1-9", "D1-1", "D1-2"),
                fired.getResultsList().stream()
                        .map(ActOnDelayedMessagesResponse.Result::getRecallHandle)
                        .toList());
        assertTrue(fired.getResults(0).getProblem().contains("there is no delayed message"));
        assertEquals("", fired.getResults(1).getProblem());
        assertEquals(DelayedMessage.State.DELIVERED, shown("D1-1").getDelayed().getState());
        assertTrue(problem(act(Action.CANCEL, "D1-2")).startsWith("ALREADY_DELIVERED"));
    }

    @Test
    void whatIsWrongInAnActIsNamed() {
        assertActRefused("action must be CANCEL, RESCHEDULE or FIRE", act(Action.ACTION_UNSPECIFIED, "D1-1"));
        assertActRefused("due_epoch_millis of a RESCHEDULE must be 1 to", act(Action.RESCHEDULE, "D1-1"));
        assertActRefused(
                "FIRE takes no due_epoch_millis, got 7; RESCHEDULE does",
                act(Action.FIRE, "D1-1").setDueEpochMillis(7));
        assertActRefused("the number of recall_handles must be 1 to 1000, got 0", act(Action.FIRE));
        assertActRefused("got 1001", act(Action.FIRE).addAllRecallHandles(Collections.nCopies(1_001, "D1-1")));
        assertActRefused("operator must say who it is", act(Action.FIRE, "D1-1").setOperator(" "));
        assertActRefused(
                "reason holds a control character", act(Action.FIRE, "D1-1").setReason("a\nb"));
        assertEquals(5, listed(list()).size(), "nothing was done");
    }

    private void assertActRefused(String words, ActOnDelayedMessagesRequest.Builder request) {
        assertRefused(Status.Code.INVALID_ARGUMENT, words, port.client.actOnDelayedMessages(request.build()));
    }

    @Test
    void messagesAreCountedByTheHour() {
        CountDelayedMessagesResponse counts = await(port.client.countDelayedMessages(
                CountDelayedMessagesRequest.newBuilder().setTopic("reminders").build()));
        int hour = (int) (NOW / HOUR);
        assertEquals("reminders", counts.getTopic());
        assertEquals(4, counts.getWaiting());
        assertEquals(
                List.of(hour + 1, hour + 2, hour + 3),
                counts.getHoursList().stream()
                        .map(CountDelayedMessagesResponse.Hour::getHour)
                        .toList());
        assertEquals(2, counts.getHours(0).getMessages());
        assertRefused(
                Status.Code.NOT_FOUND,
                "topic none does not exist",
                port.client.countDelayedMessages(CountDelayedMessagesRequest.newBuilder()
                        .setTopic("none")
                        .build()));
    }

    @Test
    void whatIsChangedIsInTheAuditLogWithWhoFromWhereAndWhy() {
        Logger audit = (Logger) LoggerFactory.getLogger("escrow.audit");
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        audit.addAppender(heard);
        Level before = audit.getLevel();
        audit.setLevel(Level.INFO);
        try {
            listed(list());
            shown("D1-1");
            await(port.client.countDelayedMessages(
                    CountDelayedMessagesRequest.newBuilder().setTopic("mixed").build()));
            problem(act(Action.RESCHEDULE, "D1-1").setDueEpochMillis(NOW + HOUR).setReason("later"));
        } finally {
            audit.detachAppender(heard);
            audit.setLevel(before);
        }
        List<String> lines =
                heard.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(0).matches(".*ActOnDelayedMessages.* called from 127\\.0\\.0\\.1:\\d+"), lines.get(0));
        assertEquals(
                "RESCHEDULE to " + Instant.ofEpochMilli(NOW + HOUR) + " of delayed message \"D1-1\" by ann@desk: later",
                lines.get(1));
    }
}
