package org.escrowmq.api.messaging;

/**
 * What the messaging service is busy with right now.
 *
 * @param sendsInFlight send calls without an answer
 * @param sendBytesInFlight their bodies' bytes
 * @param pollsInFlight receives and pulls without an answer
 * @param telemetryStreams clients connected
 */
public record MessagingLoad(int sendsInFlight, long sendBytesInFlight, int pollsInFlight, int telemetryStreams) {}
