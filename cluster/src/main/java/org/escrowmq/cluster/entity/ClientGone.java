package org.escrowmq.cluster.entity;

/** On the node's event stream: a client said good-bye, or was not heard for too long. */
public record ClientGone(String clientId) {}
