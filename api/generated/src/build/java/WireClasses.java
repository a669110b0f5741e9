import apache.rocketmq.v2.MQDomain;
import apache.rocketmq.v2.MQService;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Generates the Java classes of the messaging protocol anew: takes the file descriptors that the published classes carry
 * inside and hands them to the protoc of our own protobuf version. The build runs it as a source file.
 *
 * <p>Arguments: protoc, protoc-gen-grpc-java, the folder for the generated sources, the file for the descriptor set.
 */
final class WireClasses {
    public static void main(String[] args) throws IOException, InterruptedException {
        Path protoc = Path.of(args[0]);
        Path grpcPlugin = Path.of(args[1]);
        Path sources = Path.of(args[2]);
        Path descriptorSet = Path.of(args[3]);
        Map<String, FileDescriptor> files = new LinkedHashMap<>();
        collect(MQDomain.getDescriptor(), files);
        collect(MQService.getDescriptor(), files);
        byte[] set = asSet(files).toByteArray();
        if (upToDate(descriptorSet, set, sources)) return;
        empty(sources);
        Files.createDirectories(descriptorSet.toAbsolutePath().getParent());
        Files.deleteIfExists(descriptorSet);
        Path unfinished = descriptorSet.resolveSibling(descriptorSet.getFileName() + ".new");
        Files.write(unfinished, set);
        generate(protoc, grpcPlugin, sources, unfinished);
        Files.move(unfinished, descriptorSet);
    }

    private static void collect(FileDescriptor file, Map<String, FileDescriptor> files) {
        file.getDependencies().forEach(dependency -> collect(dependency, files));
        files.putIfAbsent(file.getName(), file);
    }

    private static FileDescriptorSet asSet(Map<String, FileDescriptor> files) {
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        files.values().forEach(file -> set.addFile(file.toProto()));
        return set.build();
    }

    private static boolean upToDate(Path descriptorSet, byte[] set, Path sources) throws IOException {
        return Files.exists(descriptorSet)
                && java.util.Arrays.equals(Files.readAllBytes(descriptorSet), set)
                && Files.isDirectory(sources);
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
            }
        }
        Files.createDirectories(folder);
    }

    private static void generate(Path protoc, Path grpcPlugin, Path sources, Path descriptorSet)
            throws IOException, InterruptedException {
        for (Path executable : new Path[] {protoc, grpcPlugin}) {
            if (!executable.toFile().setExecutable(true))
                throw new IOException("cannot make executable: " + executable);
        }
        int exit = new ProcessBuilder(
                        protoc.toString(),
                        "--descriptor_set_in=" + descriptorSet,
                        "--java_out=" + sources,
                        "--plugin=protoc-gen-grpc-java=" + grpcPlugin,
                        "--grpc-java_out=@generated=omit:" + sources,
                        MQDomain.getDescriptor().getName(),
                        MQService.getDescriptor().getName())
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) throw new IOException("protoc ended with " + exit);
    }
}
