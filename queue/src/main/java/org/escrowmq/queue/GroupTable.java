package org.escrowmq.queue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.model.GroupName;
import org.jspecify.annotations.Nullable;

/** The open groups of a queue, by name and by number. Numbers only rise, so the list is in order. */
final class GroupTable {
    private final Map<GroupName, GroupState> byName = new HashMap<>();
    private final List<GroupState> byNumber = new ArrayList<>();

    @Nullable
    GroupState find(GroupName name) {
        return byName.get(name);
    }

    /** The group that an event names. */
    GroupState numbered(int number) {
        int low = 0;
        int high = byNumber.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            GroupState group = byNumber.get(middle);
            if (group.number == number) return group;
            if (group.number < number) low = middle + 1;
            else high = middle - 1;
        }
        throw new IllegalStateException("no group has the number " + number);
    }

    void add(GroupState group) {
        if (byName.put(group.name, group) != null) throw new IllegalStateException("group " + group.name + " is open");
        byNumber.add(group);
    }

    void remove(GroupState group) {
        byName.remove(group.name);
        byNumber.remove(group);
    }

    /** In order of their numbers. */
    List<GroupState> all() {
        return Collections.unmodifiableList(byNumber);
    }
}
