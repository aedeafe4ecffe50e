package dev.countermand.containment.openbao;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Against a real OpenBao, or skipped, and said so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Timeout(120)
@EnabledIfEnvironmentVariable(
    named = OpenBao.VARIABLE,
    matches = ".+",
    disabledReason = "skipped: COUNTERMAND_PEERS_OPENBAO names no OpenBao")
@interface NeedsOpenBao {}
