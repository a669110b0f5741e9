package org.escrowmq.ops.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.escrowmq.ops.config.LogSettings;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where log lines go: standard error, as text or as JSON. Logback finds this class by itself, and uses it unless a configuration file
 * of its own is named (-Dlogback.configurationFile). Set up in code, since reading XML costs a start a quarter of a second.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogBackend extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %-30.30logger{30} %msg%n%ex";

    /** What is known only to people who work on the library concerned stays out of the log below these levels. */
    private static final String[][] QUIET = {
        {"org.apache.pekko", "WARN"},
        // A taken port: the start itself says so, in a sentence.
        {"org.apache.pekko.io.TcpListener", "OFF"},
        {"io.grpc", "WARN"},
        {"com.google.protobuf", "ERROR"},
    };

    private static volatile LogSettings settings = new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN);

    /** Before the first line of a server: from now on this is how lines are written. */
    public static void use(LogSettings chosen) {
        settings = chosen;
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(settings.level().name()));
        root.addAppender(appender);
        if (settings.level() != LogSettings.Level.DEBUG) {
            for (String[] quiet : QUIET) context.getLogger(quiet[0]).setLevel(Level.toLevel(quiet[1]));
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        if (settings.format() == LogSettings.Format.JSON) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithContext(false);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithFormattedMessage(true);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(PATTERN);
        text.start();
        return text;
    }
}
