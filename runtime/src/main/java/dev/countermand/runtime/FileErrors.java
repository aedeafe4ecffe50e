package dev.countermand.runtime;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Files that cannot be read or written: which, and why; never what stands in them. */
public final class FileErrors {
  private FileErrors() {}

  /** FILE_UNREADABLE: a file, or a directory, cannot be read. */
  public static CountermandException unreadable(Path file, IOException cause) {
    return new CountermandException(
        "FILE_UNREADABLE", file + " cannot be read: " + why(cause) + ".", cause);
  }

  /**
   * Checks that there is something at a path, and that this user may read it.
   *
   * @throws CountermandException FILE_UNREADABLE
   */
  public static void requireReadable(Path file) {
    try {
      file.getFileSystem().provider().checkAccess(file, AccessMode.READ);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** FILE_UNWRITABLE: a file cannot be written. */
  public static CountermandException unwritable(Path file, IOException cause) {
    return new CountermandException(
        "FILE_UNWRITABLE", file + " cannot be written: " + why(cause) + ".", cause);
  }

  /** Why, for the end of a sentence. */
  public static String why(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (cause instanceof NotDirectoryException) {
      return "it is no directory";
    }
    if (cause instanceof AccessDeniedException) {
      return "this user has no right to";
    }
    if (cause instanceof CharacterCodingException) {
      return "it is not UTF-8";
    }
    String said =
        cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
    // Others, such as those of a parser, may quote the file.
    boolean isOfTheSystem =
        cause instanceof FileSystemException
            || cause instanceof FileNotFoundException
            || cause.getClass() == IOException.class;
    return isOfTheSystem && said != null ? said : cause.getClass().getSimpleName();
  }
}
