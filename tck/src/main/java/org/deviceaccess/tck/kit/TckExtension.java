// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives tests their target, and leaves out those whose requirements do not apply to it. */
final class TckExtension implements ParameterResolver, ExecutionCondition {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TckTarget.class || type == DriverTarget.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TckRun run = run(context);
        return parameter.getParameter().getType() == DriverTarget.class ? new DriverTarget(run) : new TckTarget(run);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Proves> proves = AnnotationSupport.findAnnotation(context.getElement(), Proves.class);
        if (proves.isEmpty()) {
            return ConditionEvaluationResult.enabled("no test");
        }
        TckRun run = run(context);
        if (run.interrupted().getAsBoolean()) {
            return ConditionEvaluationResult.disabled(TckRun.INTERRUPTED);
        }
        for (String id : proves.get().value()) {
            Optional<String> obstacle = run.excluded(id).or(() -> run.unclaimed(id));
            if (obstacle.isPresent()) {
                return ConditionEvaluationResult.disabled(obstacle.get());
            }
        }
        return ConditionEvaluationResult.enabled("applies");
    }

    private static TckRun run(ExtensionContext context) {
        TckRun run = context.getStore(
                        StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.create(TckRun.class.getName()))
                .get(TckRun.class, TckRun.class);
        if (run == null) {
            throw new IllegalStateException("the tests of the kit are run by Tck.run or Tck.dynamicTests");
        }
        return run;
    }
}
