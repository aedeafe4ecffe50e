/** The one YAML configuration. */
@NullMarked
package dev.countermand.runtime.config;

import org.jspecify.annotations.NullMarked;
