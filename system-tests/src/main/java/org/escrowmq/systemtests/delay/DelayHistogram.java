package org.escrowmq.systemtests.delay;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.escrowmq.systemtests.process.EscrowServer;

/**
 * What {@code escrow delay histogram} says of a topic.
 *
 * @param waiting messages that wait for their time
 * @param hours how many of them are due in the hour that begins then; hours with none are left out
 */
record DelayHistogram(long waiting, Map<Instant, Long> hours) {
    static DelayHistogram of(EscrowServer server, String topic) {
        return parse(server.command("delay", "histogram", "--topic", topic, "-o", "json"));
    }

    static DelayHistogram parse(String json) {
        JsonObject root = JsonParser.parseString(json).getAsJsonObject();
        Map<Instant, Long> hours = new TreeMap<>();
        for (JsonElement hour : root.getAsJsonArray("due")) {
            JsonObject row = hour.getAsJsonObject();
            long messages = row.get("messages").getAsLong();
            if (messages > 0) hours.put(Instant.parse(row.get("from").getAsString()), messages);
        }
        return new DelayHistogram(root.get("waiting").getAsLong(), hours);
    }
}
