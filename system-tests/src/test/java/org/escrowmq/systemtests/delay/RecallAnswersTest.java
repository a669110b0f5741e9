package org.escrowmq.systemtests.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import apache.rocketmq.v2.Code;
import apache.rocketmq.v2.RecallMessageResponse;
import apache.rocketmq.v2.Status;
import java.util.List;
import org.escrowmq.systemtests.delay.RecallAnswers.Answer;
import org.junit.jupiter.api.Test;

/** The checker of the race sees each answer that is not true. */
class RecallAnswersTest {
    private final NumberedDelay messages = new NumberedDelay("t", 100);
    private final Deliveries deliveries = new Deliveries(5);
    private final RecallAnswers answers = new RecallAnswers(5);

    private static Answer answer(Code code, String text, String messageId) {
        return Answer.of(
                RecallMessageResponse.newBuilder()
                        .setStatus(Status.newBuilder().setCode(code).setMessage(text))
                        .setMessageId(messageId)
                        .build(),
                "id");
    }

    @Test
    void answersByCodeAndText() {
        assertEquals(Answer.RECALLED, answer(Code.OK, "", "id"));
        assertEquals(Answer.ANOTHER, answer(Code.OK, "", "of another"));
        assertEquals(Answer.ALREADY_DELIVERED, answer(Code.NOT_FOUND, "ALREADY_DELIVERED at ...", ""));
        assertEquals(Answer.ANOTHER, answer(Code.NOT_FOUND, "NOT_FOUND: unknown", ""));
        assertEquals(Answer.ANOTHER, answer(Code.INTERNAL_SERVER_ERROR, "ALREADY_DELIVERED", ""));
    }

    @Test
    void answersThatAgreeWithWhatCame() {
        for (int number = 0; number < 5; number++) {
            boolean recalled = number % 2 == 0;
            answers.answered(number, recalled ? Answer.RECALLED : Answer.ALREADY_DELIVERED, 1_000 * (number - 2), "");
            if (!recalled) deliveries.received(messages.due(number, 1_000), 1_000);
        }
        assertEquals(List.of(), answers.findings(deliveries));
        assertEquals(3, answers.count(Answer.RECALLED));
        assertEquals(2, answers.count(Answer.ALREADY_DELIVERED));
        assertEquals(-2, answers.lateMillis(Answer.RECALLED, 0), 0.02);
        assertEquals(2, answers.lateMillis(Answer.RECALLED, 100), 0.02);
    }

    @Test
    void eachAnswerThatIsNotTrueIsFound() {
        answers.answered(0, Answer.RECALLED, 0, "");
        answers.answered(1, Answer.ALREADY_DELIVERED, 0, "");
        answers.answered(2, Answer.ALREADY_DELIVERED, 0, "");
        answers.answered(3, Answer.ANOTHER, 5, "code: FORBIDDEN\n");
        for (int number : List.of(0, 2, 2, 4)) deliveries.received(messages.due(number, 1_000), 1_000);
        assertEquals(
                List.of(
                        "recall of message 3, 5 us after its time: code: FORBIDDEN",
                        "message 0: answer RECALLED, came 1 times",
                        "message 1: answer ALREADY_DELIVERED, came 0 times",
                        "message 2: answer ALREADY_DELIVERED, came 2 times",
                        "message 3: answer ANOTHER, came 0 times",
                        "message 4: answer NONE, came 1 times"),
                answers.findings(deliveries));
    }
}
