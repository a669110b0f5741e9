package org.escrowmq.cluster.hub;

import java.util.Arrays;

/**
 * What a hub knows of the queues of its topic: which may have messages, and which are being asked right now. Pure; owned by
 * the hub.
 *
 * <pre>
 * unknown --subscribed(has)--> ready | empty
 * empty   --signal-----------> ready
 * ready   --ask--------------> asked     (ready no more, until the queue says or signals so)
 * asked   --granted(more)----> ready     --granted(no more), signalled meanwhile--> ready     else --> empty
 * any     --lost-------------> unknown   (its actor is gone; the hub subscribes again)
 * </pre>
 */
final class QueueReadiness {
    private boolean[] ready = new boolean[0];
    private boolean[] asked = new boolean[0];
    private int next;

    /** The topic has this many queues now. */
    void resize(int queues) {
        ready = Arrays.copyOf(ready, queues);
        asked = Arrays.copyOf(asked, queues);
    }

    int queues() {
        return ready.length;
    }

    void signalled(int queue) {
        ready[queue] = true;
    }

    void lost(int queue) {
        ready[queue] = false;
        asked[queue] = false;
    }

    void granted(int queue, boolean more) {
        asked[queue] = false;
        if (more) ready[queue] = true;
    }

    boolean anyReady() {
        for (int queue = 0; queue < ready.length; queue++) {
            if (ready[queue] && !asked[queue]) return true;
        }
        return false;
    }

    /** Takes a ready queue to ask, {@code preferred} if that is ready, else in rotation; -1 when none is ready. */
    int ask(int preferred) {
        if (preferred >= 0 && preferred < ready.length && ready[preferred] && !asked[preferred]) return take(preferred);
        for (int i = 0; i < ready.length; i++) {
            int queue = (next + i) % ready.length;
            if (ready[queue] && !asked[queue]) {
                next = queue + 1;
                return take(queue);
            }
        }
        return -1;
    }

    /**
     * Takes this queue to ask, or answers -1 when it is being asked or is not ready. {@code always}: also when it is not ready, for a
     * receive that may have been answered before.
     */
    int askOnly(int queue, boolean always) {
        return !asked[queue] && (ready[queue] || always) ? take(queue) : -1;
    }

    private int take(int queue) {
        ready[queue] = false;
        asked[queue] = true;
        return queue;
    }
}
