package org.escrowmq.ops.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lets picocli read a size in bytes as configuration files have it: {@code 65536}, {@code 64KiB}, {@code 10 MB}. */
final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return ConfigFactory.parseMap(Map.of("size", text)).getBytes("size");
        } catch (ConfigException e) {
            throw new TypeConversionException("'" + text + "' is not a size; for example 65536, 64KiB or 10MiB");
        }
    }
}
