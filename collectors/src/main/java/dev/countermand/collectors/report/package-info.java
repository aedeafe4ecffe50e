/** What a source reported, before and after redaction. */
@NullMarked
package dev.countermand.collectors.report;

import org.jspecify.annotations.NullMarked;
