package org.escrowmq.systemtests.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.systemtests.history.Event.AckInvoked;
import org.escrowmq.systemtests.history.Event.AckOk;
import org.escrowmq.systemtests.history.Event.Consumed;
import org.escrowmq.systemtests.history.Event.Delivered;
import org.escrowmq.systemtests.history.Event.Nacked;
import org.escrowmq.systemtests.history.Event.SendFailed;
import org.escrowmq.systemtests.history.Event.SendInvoked;
import org.escrowmq.systemtests.history.Event.SendOk;
import org.jspecify.annotations.Nullable;

/** All that happened to one message, in order. Built by {@link History} alone, then only read. */
final class Story {
    private final String key;
    private @Nullable SendInvoked invoked;
    private @Nullable SendOk ok;
    private @Nullable SendFailed failed;
    private final Map<String, InGroup> groups = new TreeMap<>();

    Story(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    /** Null when nobody sent it. */
    @Nullable
    SendInvoked invoked() {
        return invoked;
    }

    @Nullable
    SendOk ok() {
        return ok;
    }

    @Nullable
    SendFailed failed() {
        return failed;
    }

    /** By group name; only groups that got it at least once. */
    Map<String, InGroup> groups() {
        return groups;
    }

    void sendInvoked(SendInvoked event) {
        if (invoked != null) {
            throw new IllegalArgumentException("the workload sent the key " + key + " twice");
        }
        invoked = event;
    }

    void sendOk(SendOk event) {
        if (invoked == null) {
            throw new IllegalArgumentException("answer to a send that was not called: " + event);
        }
        ok = event;
    }

    void sendFailed(SendFailed event) {
        failed = event;
    }

    InGroup in(String group) {
        return groups.computeIfAbsent(group, name -> new InGroup());
    }

    /** One message in one group. */
    static final class InGroup {
        final List<Delivered> deliveries = new ArrayList<>();
        final List<Consumed> consumed = new ArrayList<>();
        final List<AckInvoked> acksInvoked = new ArrayList<>();
        final List<AckOk> acks = new ArrayList<>();
        final List<Nacked> nacks = new ArrayList<>();
    }
}
