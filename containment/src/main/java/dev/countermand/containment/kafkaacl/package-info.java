/**
 * Asks Kafka which users it lets in and what its access control lists let them do, and denies one
 * of them everything.
 */
@NullMarked
package dev.countermand.containment.kafkaacl;

import org.jspecify.annotations.NullMarked;
