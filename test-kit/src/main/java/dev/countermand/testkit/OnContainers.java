package dev.countermand.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class that uses {@link ContainerServers}: it runs under the Maven profile {@code
 * docker} only, and is skipped with a message where no container engine answers.
 */
@Tag("docker")
@ExtendWith(NeedsEngine.class)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OnContainers {}
