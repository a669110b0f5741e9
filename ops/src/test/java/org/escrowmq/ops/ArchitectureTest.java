package org.escrowmq.ops;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules point down only, and the pure ones stay pure. Read docs/architecture.md for why. */
@AnalyzeClasses(packages = "org.escrowmq", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PURE = {
        "org.escrowmq.model..", "org.escrowmq.queue..", "org.escrowmq.transaction..", "org.escrowmq.delay"
    };

    @ArchTest
    static final ArchRule arrows_point_down = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.escrowmq..")
            .optionalLayer("ops")
            .definedBy("org.escrowmq.ops..")
            .optionalLayer("api")
            .definedBy("org.escrowmq.api..", "org.escrowmq.admin.v1..")
            .optionalLayer("cluster")
            .definedBy("org.escrowmq.cluster..")
            .optionalLayer("queue")
            .definedBy("org.escrowmq.queue..")
            .optionalLayer("transaction")
            .definedBy("org.escrowmq.transaction..")
            .optionalLayer("delay-scheduler")
            .definedBy("org.escrowmq.delay..")
            .optionalLayer("persistence")
            .definedBy("org.escrowmq.persistence..")
            .optionalLayer("model")
            .definedBy("org.escrowmq.model..")
            .whereLayer("ops")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("ops")
            .whereLayer("cluster")
            .mayOnlyBeAccessedByLayers("ops", "api")
            .whereLayer("queue")
            .mayOnlyBeAccessedByLayers("cluster")
            .whereLayer("transaction")
            .mayOnlyBeAccessedByLayers("api", "cluster")
            .whereLayer("delay-scheduler")
            .mayOnlyBeAccessedByLayers("api", "cluster")
            .whereLayer("persistence")
            .mayOnlyBeAccessedByLayers("ops", "api", "cluster");

    /** What decides knows no clock, no chance, no thread, no log, no disk, no network and no actor. */
    @ArchTest
    static final ArchRule pure_modules_see_nothing_of_the_world = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.pekko..",
                    "scala..",
                    "org.slf4j..",
                    "java.util.logging..",
                    "java.util.concurrent..",
                    "java.util.concurrent.locks..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "io.grpc..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule pure_modules_read_no_clock_and_draw_no_lots = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(
                    java.util.Random.class,
                    java.time.Clock.class,
                    Thread.class,
                    java.io.File.class,
                    java.io.InputStream.class,
                    java.io.OutputStream.class);

    @ArchTest
    static final ArchRule persistence_knows_no_queues = noClasses()
            .that()
            .resideInAPackage("org.escrowmq.persistence..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.escrowmq.queue..", "org.escrowmq.cluster..", "org.escrowmq.api..");

    @ArchTest
    static final ArchRule the_command_line_starts_no_actor_system = noClasses()
            .that()
            .resideInAnyPackage("org.escrowmq.ops.cli..", "org.escrowmq.ops.view..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.pekko..");

    @ArchTest
    static final ArchRule views_stand_alone = classes()
            .that()
            .resideInAPackage("org.escrowmq.ops.view..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.escrowmq.ops.view..", "java..", "org.jspecify..");

    /** Rules about nothing hold always: the classes of each module have to be here. */
    @ArchTest
    static void every_module_is_looked_at(JavaClasses classes) {
        for (String module : new String[] {"model", "persistence", "queue", "cluster", "ops"}) {
            assertTrue(
                    classes.stream().anyMatch(each -> each.getPackageName().startsWith("org.escrowmq." + module)),
                    "no class of " + module + " on the class path");
        }
    }
}
