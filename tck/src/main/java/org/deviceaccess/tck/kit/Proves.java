// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks a method as the test, or one of the tests, of requirements. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(TckExtension.class)
public @interface Proves {
    /** The ids of the requirements that fail if the test fails. */
    String[] value();
}
