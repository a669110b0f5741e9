package org.escrowmq.persistence.pekko;

import com.typesafe.config.Config;
import org.apache.pekko.persistence.CapabilityFlag;
import org.apache.pekko.persistence.japi.journal.JavaJournalSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Pekko's own test of a journal plugin. */
@RunWith(JUnitRunner.class)
public class EscrowJournalTckTest extends JavaJournalSpec {
    private static final Config CONFIG = TckConfig.fresh();

    public EscrowJournalTckTest() {
        super(CONFIG);
    }

    @Override
    public void afterAll() {
        EscrowJournal extension = EscrowJournal.of(system());
        super.afterAll();
        extension.closed().toCompletableFuture().join();
        TckConfig.remove(CONFIG);
    }

    @Override
    public CapabilityFlag supportsRejectingNonSerializableObjects() {
        return CapabilityFlag.on();
    }
}
