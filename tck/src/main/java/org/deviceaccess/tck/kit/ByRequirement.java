// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.util.Comparator;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/** Runs the tests of a class in the order of the requirements they prove, so that a run can be followed. */
final class ByRequirement implements MethodOrderer {
    @Override
    public void orderMethods(MethodOrdererContext context) {
        context.getMethodDescriptors().sort(Comparator.comparing(ByRequirement::firstId));
    }

    private static String firstId(MethodDescriptor method) {
        return method.findAnnotation(Proves.class)
                .map(proves -> proves.value()[0])
                .orElse("");
    }
}
