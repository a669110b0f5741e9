package org.escrowmq.persistence.pekko;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.escrowmq.persistence.BlobReference;
import org.escrowmq.persistence.JournalEntry;
import org.escrowmq.persistence.PersistenceId;
import org.escrowmq.persistence.PersistenceSettings;
import org.escrowmq.persistence.RetentionClass;
import org.escrowmq.persistence.StorageFullException;
import org.escrowmq.persistence.journal.JournalEnvironment;
import org.escrowmq.persistence.journal.LocalJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.concurrent.Await;

/** A persistent actor over the journal: entries pass through, a full disk rejects, an older instance is stopped. */
class EntityTest {
    @TempDir
    Path folder;

    private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> faults = new ArrayList<>();

    /** Asks the entity to persist a head with a body, or none. */
    private record Write(String head, String body) {}

    private record Save(String state) {}

    /** Tells everything that happens to it. */
    private static final class Entity extends AbstractPersistentActor {
        private final LinkedBlockingQueue<String> told;
        private final String id;

        Entity(String id, LinkedBlockingQueue<String> told) {
            this.id = id;
            this.told = told;
        }

        @Override
        public String persistenceId() {
            return id;
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder()
                    .match(
                            SnapshotOffer.class,
                            offer -> told.add("state " + text(((StoredState) offer.snapshot()).state())))
                    .match(
                            JournalEntry.class,
                            entry -> told.add("replayed " + lastSequenceNr() + " " + text(entry.head()) + " "
                                    + entry.blobs().size()))
                    .build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(Write.class, this::write)
                    .match(Save.class, save -> saveSnapshot(new StoredState(bytes(save.state()))))
                    .match(SaveSnapshotSuccess.class, saved -> told.add("saved"))
                    .build();
        }

        private void write(Write write) {
            List<ByteBuffer> bodies = write.body().isEmpty() ? List.of() : List.of(bytes(write.body()));
            persistAsync(
                    new JournalEntry(bytes(write.head()), bodies, List.of(), RetentionClass.DAY),
                    entry -> told.add("persisted " + text(entry.head())));
        }

        @Override
        public void onPersistRejected(Throwable cause, Object event, long sequenceNumber) {
            told.add("rejected " + sequenceNumber + " " + (cause instanceof StorageFullException));
        }

        @Override
        public void onPersistFailure(Throwable cause, Object event, long sequenceNumber) {
            told.add("failed " + sequenceNumber + " " + ((WriteFailure) cause).answer());
        }

        @Override
        public void postStop() {
            told.add("stopped");
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private ActorSystem system() throws Exception {
        ActorSystem system = ActorSystem.create("entities", TckConfig.at(folder));
        PersistenceSettings settings = PersistenceSettings.of(system.settings().config());
        JournalEnvironment real = JournalEnvironment.system(settings, (what, cause) -> faults.add(what));
        EscrowJournal.of(system)
                .use(LocalJournal.open(
                        settings,
                        new JournalEnvironment(
                                real.clock(), nanos::get, freeBytes::get, real.segments(), real.faults())));
        return system;
    }

    private void end(ActorSystem system) throws Exception {
        EscrowJournal extension = EscrowJournal.of(system);
        Await.result(system.terminate(), scala.concurrent.duration.Duration.apply(30, TimeUnit.SECONDS));
        extension.closed().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(List.of(), faults);
    }

    private static ActorRef start(ActorSystem system, String id, LinkedBlockingQueue<String> told) {
        return system.actorOf(Props.create(Entity.class, () -> new Entity(id, told)));
    }

    private static void expect(LinkedBlockingQueue<String> told, String... expected) throws Exception {
        for (String one : expected) assertEquals(one, told.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void entriesPassThroughAndComeBackWithoutBodies() throws Exception {
        ActorSystem system = system();
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        ActorRef entity = start(system, "e", told);
        for (int n = 1; n <= 3; n++) entity.tell(new Write("h" + n, "body" + n), ActorRef.noSender());
        expect(told, "persisted h1", "persisted h2", "persisted h3");
        entity.tell(new Save("three"), ActorRef.noSender());
        expect(told, "saved");
        entity.tell(new Write("h4", ""), ActorRef.noSender());
        expect(told, "persisted h4");
        end(system);

        ActorSystem again = system();
        LinkedBlockingQueue<String> later = new LinkedBlockingQueue<>();
        start(again, "e", later);
        expect(later, "state three", "replayed 4 h4 0");
        var body = EscrowJournal.of(again)
                .journal()
                .readBlobsHere(new PersistenceId("e"), List.of(new BlobReference(2, 0)));
        assertEquals("body2", text(body.get(0).orElseThrow()));
        end(again);
    }

    @Test
    void aFullDiskRejectsAndTheActorGoesOn() throws Exception {
        ActorSystem system = system();
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        ActorRef entity = start(system, "e", told);
        entity.tell(new Write("h1", "body"), ActorRef.noSender());
        expect(told, "persisted h1");
        freeBytes.set(0);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        entity.tell(new Write("h2", "body"), ActorRef.noSender());
        entity.tell(new Write("h3", "body"), ActorRef.noSender());
        expect(told, "rejected 2 true", "rejected 3 true");
        entity.tell(new Write("ack", ""), ActorRef.noSender());
        expect(told, "persisted ack");
        freeBytes.set(Long.MAX_VALUE);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        entity.tell(new Write("h5", "body"), ActorRef.noSender());
        expect(told, "persisted h5");
        end(system);

        ActorSystem again = system();
        LinkedBlockingQueue<String> later = new LinkedBlockingQueue<>();
        start(again, "e", later);
        expect(later, "replayed 1 h1 0", "replayed 4 ack 0", "replayed 5 h5 0");
        end(again);
    }

    @Test
    void anOlderInstanceIsStopped() throws Exception {
        ActorSystem system = system();
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        ActorRef entity = start(system, "e", told);
        entity.tell(new Write("h1", "body"), ActorRef.noSender());
        expect(told, "persisted h1");
        EscrowJournal.of(system)
                .journal()
                .claim(new PersistenceId("e"))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        entity.tell(new Write("h2", "body"), ActorRef.noSender());
        expect(told, "failed 2 REFUSED", "stopped");
        assertTrue(told.isEmpty());
        end(system);
    }

    @Test
    void aWriterThatEndedIsForgottenAndItsSuccessorClaimsAnew() throws Exception {
        ActorSystem system = system();
        EscrowJournal journal = EscrowJournal.of(system);
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        ActorRef entity = start(system, "e", told);
        entity.tell(new Write("h1", "body"), ActorRef.noSender());
        expect(told, "persisted h1");
        assertEquals(1, journal.sessions());
        system.stop(entity);
        expect(told, "stopped");
        journal.released(new PersistenceId("e"));
        assertEquals(0, journal.sessions());
        LinkedBlockingQueue<String> later = new LinkedBlockingQueue<>();
        ActorRef successor = start(system, "e", later);
        expect(later, "replayed 1 h1 0");
        successor.tell(new Write("h2", "body"), ActorRef.noSender());
        expect(later, "persisted h2");
        assertEquals(1, journal.sessions());
        end(system);
    }
}
