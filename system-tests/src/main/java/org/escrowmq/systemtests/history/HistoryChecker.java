package org.escrowmq.systemtests.history;

import java.util.ArrayList;
import java.util.List;

/** Checks a finished history against all rules. Pure: the same history gives the same answer. */
public final class HistoryChecker {
    private static final List<Rule> RULES = List.of(
            new NothingLost(),
            new NothingInvented(),
            new OrderKept(),
            new NoNeedlessDuplicate(),
            new BodiesIdentical(),
            new BackInTime());

    private final Limits limits;

    public HistoryChecker(Limits limits) {
        this.limits = limits;
    }

    /** Empty when everything was as it must be. */
    public List<Violation> check(History history) {
        List<Violation> violations = new ArrayList<>();
        RULES.forEach(rule -> rule.check(history, limits, violations::add));
        return violations;
    }
}
