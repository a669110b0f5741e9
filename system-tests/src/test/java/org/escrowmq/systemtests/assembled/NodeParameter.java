package org.escrowmq.systemtests.assembled;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link NodePackages}. */
public final class NodeParameter implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NodePackages.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return NodePackages.installed(
                context.getRoot().getStore(ExtensionContext.Namespace.create(NodePackages.class)));
    }
}
