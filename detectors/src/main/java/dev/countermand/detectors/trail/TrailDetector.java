package dev.countermand.detectors.trail;

import dev.countermand.model.Finding;
import java.util.List;

/**
 * Finds what several agents do with one credential. Pure, without state of its own, and safe for
 * use by several threads; the same situation gives the same findings. A finding is about the action
 * that uses the credential, which need not be the touch that completes the picture.
 */
public interface TrailDetector {

  /** Its stable id, part of the id of each of its findings. */
  String id();

  /** What it finds, in a few words. */
  String name();

  /** What a touch completes. */
  List<Finding> detect(TrailSituation situation);
}
