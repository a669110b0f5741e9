package org.escrowmq.systemtests.delay;

import org.escrowmq.systemtests.client.AdminCalls;

/** The messages of a topic that wait, page by page, as {@code escrow delay ls} asks for them. */
interface WaitingList {
    /** Reads the page with this token (empty for the first); the token of the next page, empty after the last one. */
    String page(String topic, int size, String token);

    /** By the admin service. */
    static WaitingList of(AdminCalls admin) {
        return admin::delayedPage;
    }
}
