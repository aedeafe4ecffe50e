/** A reader of shell text: words, redirections and pipelines, without running anything. */
@NullMarked
package dev.countermand.detectors.understand.shell;

import org.jspecify.annotations.NullMarked;
