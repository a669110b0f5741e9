package org.escrowmq.persistence.pekko;

import com.typesafe.config.Config;
import org.apache.pekko.persistence.japi.snapshot.JavaSnapshotStoreSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Pekko's own test of a snapshot plugin. */
@RunWith(JUnitRunner.class)
public class EscrowSnapshotTckTest extends JavaSnapshotStoreSpec {
    private static final Config CONFIG = TckConfig.fresh();

    public EscrowSnapshotTckTest() {
        super(CONFIG);
    }

    @Override
    public void afterAll() {
        EscrowJournal extension = EscrowJournal.of(system());
        super.afterAll();
        extension.closed().toCompletableFuture().join();
        TckConfig.remove(CONFIG);
    }
}
