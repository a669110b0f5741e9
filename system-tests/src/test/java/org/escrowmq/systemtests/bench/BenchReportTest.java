package org.escrowmq.systemtests.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a run of the bench passes. */
class BenchReportTest {
    private static BenchReport report(Map<Figure, Double> rocketMq, Map<Figure, Double> escrow) {
        BenchReport report = new BenchReport();
        report.add("rocketmq", rocketMq, List.of());
        report.add("escrow", escrow, List.of());
        return report;
    }

    @Test
    void aRatioIsHeldAgainstItsFloor() {
        assertTrue(
                report(Map.of(Figure.FIFO, 100.0), Map.of(Figure.FIFO, 300.0)).passes());
        assertFalse(
                report(Map.of(Figure.FIFO, 100.0), Map.of(Figure.FIFO, 299.0)).passes());
    }

    @Test
    void aShareIsHeldAgainstItsFloorWhateverTheOtherServerDoes() {
        assertTrue(report(Map.of(Figure.FIFO_KEPT, 1.0), Map.of(Figure.FIFO_KEPT, 0.5))
                .passes());
        assertFalse(report(Map.of(Figure.FIFO_KEPT, 0.1), Map.of(Figure.FIFO_KEPT, 0.4))
                .passes());
    }

    @Test
    void oneMessageBeforeItsTimeInOneRoundFailsTheRunAndRocketMqsDoNot() {
        BenchReport report = report(Map.of(Figure.DELAY_EARLY, 900.0), Map.of(Figure.DELAY_EARLY, 0.0));
        report.add("escrow", Map.of(Figure.DELAY_EARLY, 0.0), List.of());
        assertTrue(report.passes());
        report.add("escrow", Map.of(Figure.DELAY_EARLY, 1.0), List.of());
        assertFalse(report.passes());
    }

    @Test
    void aViolationFailsTheRunAndIsPrinted() {
        BenchReport report = report(Map.of(Figure.FIFO, 100.0), Map.of(Figure.FIFO, 1000.0));
        report.addViolations("escrow", List.of("FIFO: message 4 came when number 1 of its group was due"));
        assertFalse(report.passes());
        assertTrue(report.table().contains("VIOLATION escrow, FIFO: message 4"), report::table);
        assertTrue(report.json(Map.of()).contains("message 4 came"));
    }

    @Test
    void whatWasNotMeasuredHoldsNothingUp() {
        assertTrue(report(Map.of(Figure.READY, 1.0), Map.of(Figure.FIFO, 1.0)).passes());
    }
}
