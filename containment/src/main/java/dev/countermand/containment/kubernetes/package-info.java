/** Takes away service accounts of Kubernetes. */
@NullMarked
package dev.countermand.containment.kubernetes;

import org.jspecify.annotations.NullMarked;
