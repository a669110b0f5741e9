package org.escrowmq.api.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import apache.rocketmq.v2.ExponentialBackoff;
import apache.rocketmq.v2.Language;
import apache.rocketmq.v2.UA;
import java.time.Duration;
import java.util.List;
import org.escrowmq.cluster.RetryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same back-off in the words of each client. */
class BackoffAnswerTest {
    private static final RetryPolicy.Exponential DOUBLING =
            new RetryPolicy.Exponential(Duration.ofSeconds(2), Duration.ofSeconds(15), 2);

    private static UA agent(Language language, String version) {
        return UA.newBuilder().setLanguage(language).setVersion(version).build();
    }

    private static apache.rocketmq.v2.RetryPolicy told(RetryPolicy policy, Language language, String version) {
        return BackoffAnswer.consumer(policy, 17, agent(language, version));
    }

    private static List<Long> steps(apache.rocketmq.v2.RetryPolicy policy) {
        return policy.getCustomizedBackoff().getNextList().stream()
                .map(WireTimes::millis)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"JAVA, 5.2.0", "GOLANG, 5.1.3", "DOT_NET, 5.2.0", "RUST, 5.0.0", "PHP, 5.0.0", "NODE_JS, 1.0.9"})
    void mostAreToldThePolicyAsItIs(Language language, String version) {
        assertTrue(told(DOUBLING, language, version).hasExponentialBackoff());
        assertEquals(18, steps(told(RetryPolicy.standard(), language, version)).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CPP", "PYTHON"})
    void whoReadsStepsOnlyIsToldSteps(Language language) {
        assertEquals(
                List.of(2000L, 4000L, 8000L, 15000L, 15000L),
                steps(BackoffAnswer.consumer(DOUBLING, 6, agent(language, "5.0.3"))));
        assertEquals(
                1,
                steps(BackoffAnswer.consumer(DOUBLING, 1, agent(language, "5.0.3")))
                        .size());
        assertEquals(
                BackoffAnswer.STEPS_MAX,
                steps(BackoffAnswer.consumer(DOUBLING, 100_000, agent(language, "5.0.3")))
                        .size());
        assertEquals(18, steps(told(RetryPolicy.standard(), language, "5.0.3")).size());
    }

    @Test
    void nodeReadsSecondsAsMilliseconds() {
        ExponentialBackoff standard =
                told(RetryPolicy.standard(), Language.NODE_JS, "1.0.8").getExponentialBackoff();
        assertEquals(1000, standard.getInitial().getSeconds());
        assertEquals(7_200_000, standard.getMax().getSeconds());
        assertEquals(7200, Math.pow(standard.getMultiplier(), 17), 1);
        ExponentialBackoff doubling = told(DOUBLING, Language.NODE_JS, "1.0.4").getExponentialBackoff();
        assertEquals(2000, doubling.getInitial().getSeconds());
        assertEquals(15_000, doubling.getMax().getSeconds());
        ExponentialBackoff producer = BackoffAnswer.producer(
                        new RetryPolicy.Exponential(Duration.ofMillis(10), Duration.ofSeconds(1), 2),
                        3,
                        agent(Language.NODE_JS, "1.0.8"))
                .getExponentialBackoff();
        assertEquals(10, producer.getInitial().getSeconds());
        assertEquals(1000, producer.getMax().getSeconds());
    }

    /** Only of a version that is known to be wrong something wrong is said. */
    @ParameterizedTest
    @ValueSource(strings = {"1.0.9", "1.1.0", "2.0.0", "", "next"})
    void laterNodesAreToldTheTruth(String version) {
        assertEquals(
                2,
                told(DOUBLING, Language.NODE_JS, version)
                        .getExponentialBackoff()
                        .getInitial()
                        .getSeconds());
    }

    @Test
    void oddListsBecomeOneConstantStep() {
        for (List<Duration> steps : List.of(
                List.of(Duration.ofSeconds(3)),
                List.of(Duration.ofSeconds(3), Duration.ofSeconds(3)),
                List.of(Duration.ofSeconds(3), Duration.ofSeconds(1)))) {
            ExponentialBackoff told = told(new RetryPolicy.Customized(steps), Language.NODE_JS, "1.0.8")
                    .getExponentialBackoff();
            assertEquals(3000, told.getInitial().getSeconds());
            assertEquals(3000, told.getMax().getSeconds());
            assertEquals(1, told.getMultiplier());
        }
    }

    @Test
    void versionsAreRead() {
        assertEquals(new ClientVersion(5, 0, 3), ClientVersion.read("v5.0.3-SNAPSHOT"));
        assertTrue(new ClientVersion(5, 0, 10).compareTo(new ClientVersion(5, 0, 9)) > 0);
        for (String text : List.of("", "5.0", "dev", "5.0.x", "12345.0.0")) assertNull(ClientVersion.read(text));
    }
}
