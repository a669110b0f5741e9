package org.escrowmq.cluster.node;

import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.AllDeadLetters;
import org.apache.pekko.actor.Props;
import org.escrowmq.cluster.Awaited;
import org.escrowmq.cluster.entity.QueueEnvelope;
import org.escrowmq.cluster.hub.Hubs;
import org.escrowmq.model.Refusal;
import org.escrowmq.model.RefusalCode;

/**
 * Refuses what was on its way to an actor that is gone: the mail of a queue that stopped, of a hub whose group was deleted, of
 * a shard that buffers no more. Without it their senders would wait for ever.
 */
final class Undelivered extends AbstractActor {
    private static final Refusal REFUSAL = new Refusal(
            RefusalCode.UNAVAILABLE,
            "the request met a part of the server that just stopped; nothing was done, try again");

    private Undelivered() {}

    static Props props() {
        return Props.create(Undelivered.class, Undelivered::new);
    }

    @Override
    public void preStart() {
        getContext().getSystem().eventStream().subscribe(getSelf(), AllDeadLetters.class);
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(AllDeadLetters.class, letter -> refuse(letter.message()))
                .build();
    }

    private static void refuse(Object message) {
        if (message instanceof Awaited awaited) awaited.refuse(REFUSAL);
        else if (message instanceof QueueEnvelope envelope) refuse(envelope.operation());
        else if (message instanceof Hubs.ForHub envelope) refuse(envelope.message());
    }
}
