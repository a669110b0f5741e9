package org.escrowmq.cluster.node;

import static org.escrowmq.cluster.node.NodeBed.await;
import static org.escrowmq.cluster.node.NodeBed.done;
import static org.escrowmq.cluster.node.NodeBed.eventually;
import static org.escrowmq.cluster.node.NodeBed.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.escrowmq.cluster.TopicDescription;
import org.escrowmq.cluster.TopicSpec;
import org.escrowmq.cluster.catalogue.CatalogueCodec;
import org.escrowmq.cluster.catalogue.CatalogueEvent;
import org.escrowmq.model.Outcome;
import org.escrowmq.model.Permission;
import org.escrowmq.model.RefusalCode;
import org.escrowmq.model.TopicId;
import org.escrowmq.model.TopicName;
import org.escrowmq.model.TopicType;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.RetentionClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalogue's actor is stopped by a write that is refused, and comes back by itself. */
class CatalogueReturnTest {
    private static final PersistenceId CATALOGUE = new PersistenceId("catalogue");

    @TempDir
    Path folder;

    private static TopicSpec spec(String name) {
        return new TopicSpec(TopicName.of(name), TopicType.NORMAL, 1, Permission.READ_WRITE, Duration.ofDays(1));
    }

    private static List<String> names(NodeBed node) {
        return node.broker().catalogue().topics().stream()
                .map(topic -> topic.name().toString())
                .toList();
    }

    private static Outcome<TopicDescription> create(NodeBed node, String name) {
        return await(node.broker().catalogue().createTopic(spec(name)));
    }

    /** From here on the epoch of the catalogue's actor is an old one. */
    private static void claim(NodeBed node) {
        await(node.broker().journal().claim(CATALOGUE));
    }

    @Test
    void changesAreTakenAgainAfterAPauseAndNothingIsLost() {
        try (NodeBed node = NodeBed.start(folder)) {
            for (int i = 0; i < 3; i++) {
                done(create(node, "kept-" + i));
                claim(node);
                assertEquals(
                        RefusalCode.TIMEOUT,
                        refused(create(node, "refused-" + i)).code());
                assertTrue(names(node).contains("kept-" + i), "reads go on meanwhile");
                String again = "again-" + i;
                eventually(() -> done(create(node, again)));
            }
            List<String> expected = List.of("again-0", "again-1", "again-2", "kept-0", "kept-1", "kept-2");
            assertEquals(expected, names(node));
            node.send("again-2", "served");
            node.restart();
            assertEquals(expected, names(node));
        }
    }

    @Test
    void whatBecameDurableUnheardIsFoundAndWhatWasDeletedStaysSo() {
        try (NodeBed node = NodeBed.start(folder)) {
            done(create(node, "deleted"));
            done(await(node.broker().catalogue().deleteTopic(TopicName.of("deleted"))));
            TopicDescription unheard = new TopicDescription(
                    new TopicId(1_000),
                    TopicName.of("unheard"),
                    TopicType.NORMAL,
                    1,
                    Permission.READ_WRITE,
                    Duration.ofDays(1),
                    true,
                    1);
            write(node, unheard);
            refused(create(node, "refused"));
            eventually(() -> done(create(node, "again")));
            assertEquals(List.of("again", "unheard"), names(node));
            node.send("unheard", "served");
        }
    }

    private static void write(NodeBed node, TopicDescription topic) {
        TestKit kit = new TestKit(node.broker().system());
        ActorRef usurper = node.broker().system().actorOf(Props.create(Usurper.class));
        usurper.tell(
                new JournalEntry(
                        CatalogueCodec.encode(List.of(new CatalogueEvent.TopicSet(topic))),
                        List.of(),
                        List.of(),
                        RetentionClass.STATE),
                kit.getRef());
        kit.expectMsg(NodeBed.PATIENCE, "durable");
    }

    /** Writes to the catalogue's journal behind the back of its actor, as one does whose write was given up for lost. */
    static final class Usurper extends AbstractPersistentActor {
        @Override
        public String persistenceId() {
            return CATALOGUE.value();
        }

        @Override
        public String journalPluginId() {
            return "escrow.persistence.pekko-journal";
        }

        @Override
        public String snapshotPluginId() {
            return "escrow.persistence.pekko-snapshots";
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder().matchAny(replayed -> {}).build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(
                            JournalEntry.class,
                            entry -> persist(entry, durable -> {
                                getSender().tell("durable", getSelf());
                                getContext().stop(getSelf());
                            }))
                    .build();
        }
    }
}
