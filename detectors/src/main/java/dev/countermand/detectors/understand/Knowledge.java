package dev.countermand.detectors.understand;

import dev.countermand.detectors.KnowledgeFiles;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of programs: every YAML file in the knowledge folder of the class path. */
final class Knowledge {
  private static final String FOLDER = "knowledge/";

  private final Map<String, Tool> tools;
  private final Map<String, Tool> files;
  private final ActionWords words;
  private final Radius radius;
  private final Calibration calibration;

  private Knowledge(
      Map<String, Tool> files, ActionWords words, Radius radius, Calibration calibration) {
    this.files = files;
    this.words = words;
    this.radius = radius;
    this.calibration = calibration;
    this.tools = new HashMap<>();
    files.forEach((file, tool) -> tool.tools().forEach(name -> claim(name, tool, file)));
  }

  private void claim(String name, Tool tool, String file) {
    if (tools.put(name, tool) != null) {
      throw new IllegalArgumentException(
          "The tool " + name + " of " + file + " is described twice in the knowledge folder.");
    }
  }

  /** Reads all files. A file that cannot be read is an error of the build, not of an agent. */
  static Knowledge load() {
    Map<String, Tool> files = new TreeMap<>();
    for (String name : KnowledgeFiles.names(Knowledge.class, FOLDER)) {
      files.put(name, read(FOLDER + name, Tool.class));
    }
    return new Knowledge(
        files,
        new ActionWords(read("words.yaml", ActionWords.Words.class)),
        read("radius.yaml", Radius.class),
        read("calibration.yaml", Calibration.class));
  }

  /** The entry of a program, or null. */
  @Nullable Tool tool(String name) {
    return tools.get(name);
  }

  ActionWords words() {
    return words;
  }

  Radius radius() {
    return radius;
  }

  Calibration calibration() {
    return calibration;
  }

  /** The entries by file name, sorted. */
  Map<String, Tool> files() {
    return files;
  }

  private static <T> T read(String resource, Class<T> type) {
    return KnowledgeFiles.read(Knowledge.class, resource, type);
  }
}
