package dev.countermand.detectors.understand;

/**
 * Files that decide what others do: a login shell, an agent and what guards it, a pipeline. Paths
 * are in lower case.
 */
final class SteeringFiles {
  private SteeringFiles() {}

  /** Files that a login shell runs: who writes them runs code at the next login. */
  static boolean startup(String last) {
    return switch (last) {
      case ".bashrc",
          ".bash_profile",
          ".profile",
          ".zshrc",
          ".zprofile",
          ".zshenv",
          ".bash_login" ->
          true;
      default -> false;
    };
  }

  /** What stops or watches an agent: hooks, permissions, and Countermand's own files. */
  static boolean guard(String lower) {
    return lower.contains(".claude/settings")
        || lower.contains(".claude/hooks")
        || lower.contains(".git/hooks/")
        || lower.contains(".cursor/hooks")
        || lower.contains(".claude.json")
        || lower.contains(".claude/plugins")
        || lower.contains(".codex/")
        || lower.contains(".gemini/settings")
        || lower.contains(".cursor/mcp.json")
        || lower.endsWith(".mcp.json")
        || lower.contains(".config/opencode")
        || lower.endsWith("opencode.json")
        || lower.endsWith(".aider.conf.yml")
        || lower.endsWith("countermand.yaml")
        || lower.contains("/countermand/")
        || lower.startsWith(".countermand/")
        || lower.contains("/.countermand/")
        || lower.contains("sudoers")
        || lower.contains("/etc/pam.d");
  }

  /** What agents read as instructions, the next one too. */
  static boolean instructions(String lower, String last) {
    return switch (last) {
      case "claude.md",
          "agents.md",
          "gemini.md",
          ".cursorrules",
          ".windsurfrules",
          ".clinerules",
          "copilot-instructions.md",
          "skill.md" ->
          true;
      default ->
          lower.contains(".claude/agents/")
              || lower.contains(".claude/commands/")
              || lower.contains(".cursor/rules/");
    };
  }

  /** What runs commands for somebody else later: CI, tasks of editors, hooks of repositories. */
  static boolean pipeline(String lower, String last) {
    return lower.contains(".vscode/tasks.json")
        || lower.contains(".husky/")
        || lower.endsWith(".git/config")
        || last.equals(".pre-commit-config.yaml")
        || last.equals("lefthook.yml")
        || last.equals(".envrc")
        || lower.contains(".github/workflows/")
        || last.equals(".gitlab-ci.yml")
        || last.equals("jenkinsfile")
        || lower.contains(".circleci/config")
        || last.equals("azure-pipelines.yml")
        || last.equals("bitbucket-pipelines.yml");
  }
}
