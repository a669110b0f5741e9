package org.escrowmq.systemtests.report;

import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.escrowmq.systemtests.process.Folders;

/**
 * What a tool found.
 *
 * @param settings what it was told, in the order of the report
 * @param findings empty when everything held
 */
public record ToolReport(String tool, Map<String, Object> settings, List<Measured> figures, List<String> findings) {
    /** Prints table and JSON and removes {@code folder}, unless there are findings; the exit code of the tool. */
    public int print(Path folder) {
        figures.forEach(figure -> System.out.println(figure.line()));
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("tool", tool);
        report.putAll(settings);
        report.put("figures", figures);
        report.put("findings", findings);
        System.out.println(new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(report));
        if (findings.isEmpty()) {
            Folders.remove(folder);
            return 0;
        }
        System.err.println("data and log stay in " + folder);
        return 1;
    }
}
