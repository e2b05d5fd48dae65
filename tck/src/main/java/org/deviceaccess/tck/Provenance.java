// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.util.List;
import java.util.Optional;
import org.deviceaccess.tck.kit.Proves;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Which test it is and what it proves.
 *
 * @param name class and method
 * @param requirements the ids of the requirements
 */
record Provenance(String name, List<String> requirements) {
    static Provenance of(TestIdentifier test) {
        return test.getSource()
                .flatMap(Provenance::of)
                .orElseThrow(() -> new IllegalStateException(test.getUniqueId() + " is no test of the kit"));
    }

    static Optional<Provenance> of(TestSource source) {
        return source instanceof MethodSource method
                ? AnnotationSupport.findAnnotation(method.getJavaMethod(), Proves.class)
                        .map(proves -> new Provenance(
                                method.getJavaClass().getSimpleName() + "." + method.getMethodName(),
                                List.of(proves.value())))
                : Optional.empty();
    }
}
