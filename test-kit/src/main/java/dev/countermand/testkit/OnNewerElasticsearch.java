package dev.countermand.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class that uses {@link TestServers#newerElasticsearch}: it is skipped, with a
 * message, where no Java that can run that server is installed.
 */
@ExtendWith(NeedsNewerJava.class)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OnNewerElasticsearch {}
