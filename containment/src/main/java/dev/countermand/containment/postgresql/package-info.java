/** Takes the login from a PostgreSQL role, cuts its sessions and proves both. */
@NullMarked
package dev.countermand.containment.postgresql;

import org.jspecify.annotations.NullMarked;
