package org.escrowmq.api.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessFiguresTest {
    @Test
    void theKernelsTextIsRead() {
        ProcessFigures figures = ProcessFigures.parse(
                "Name:\tjava\nVmRSS:\t  200 kB\nRssAnon:\t 100 kB\nRssShmem:\t  4 kB\nThreads:\t17\nSigQ:\t0/62793\n");
        assertEquals(OptionalLong.of(200 * 1_024), figures.residentBytes());
        assertEquals(OptionalLong.of(104 * 1_024), figures.anonymousBytes());
        assertEquals(OptionalLong.of(17), figures.threads());
    }

    @Test
    void whatIsNotThereIsEmpty() {
        ProcessFigures figures = ProcessFigures.parse("VmRSS:\nRssAnon:\t1 kB\nThreads:\tmany\n");
        assertTrue(figures.residentBytes().isEmpty());
        assertTrue(figures.anonymousBytes().isEmpty());
        assertTrue(figures.threads().isEmpty());
    }
}
