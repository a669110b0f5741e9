package org.escrowmq.transaction;

/** What may be asked of a transaction. A transaction that nobody has stored answers all of them with a refusal. */
public sealed interface TransactionCommand {
    /** Decide it; {@code by}: the client or operator. */
    record Resolve(Resolution resolution, Source source, String by) implements TransactionCommand {}

    /** A live client was asked. */
    record Checked(String client) implements TransactionCommand {}

    /** Its checks are used up, it was open for too long, or an operator wants so. */
    record Park(Source source, String by) implements TransactionCommand {}

    /** Open it again, with all its checks. */
    record Unpark(String by) implements TransactionCommand {}

    /** Ask a producer as soon as possible. */
    record CheckNow(String by) implements TransactionCommand {}
}
