package org.escrowmq.cluster.entity;

import org.escrowmq.model.TopicName;

/** On the node's event stream: somebody more can be asked about transactions of the topic. */
public record ProducerCame(TopicName topic) {}
