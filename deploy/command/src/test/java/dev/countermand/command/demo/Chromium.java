package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.WheelInput;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, driven by the {@code chromedriver} that is on the path. */
final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ChromeDriver driver;

  private Chromium(Path binary, Path service) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(binary.toFile());
    options.addArguments(
        "--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars");
    if (System.getProperty("user.name").equals("root")) {
      // Its sandbox refuses to run as root.
      options.addArguments("--no-sandbox");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    // The driver is named, so that Selenium looks for none in the network.
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(service.toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build(),
            options);
    screen(1280, 900);
  }

  /** Starts one; where there is none the test is skipped, and says so. */
  static Chromium start() {
    Optional<Path> binary = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> service = onPath("chromedriver");
    Assumptions.assumeTrue(
        binary.isPresent() && service.isPresent(),
        "no chromium and chromedriver on the path: the console's page is not tested");
    return new Chromium(binary.orElseThrow(), service.orElseThrow());
  }

  private static Optional<Path> onPath(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The size of what is seen, in CSS pixels. */
  void screen(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** What the system prefers: {@code dark} or {@code light}. */
  void prefers(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Forgets who was signed in and what was chosen. */
  void forget() {
    // Whatever page is open: the driver itself forgets those of the page only.
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
  }

  void open(String address) {
    driver.get(address);
  }

  /** The elements of a selector that are seen now. */
  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The first element of a selector, waited for. */
  WebElement one(String selector) {
    return one(selector, element -> true);
  }

  /** The first of a selector whose text has the words, waited for. */
  WebElement one(String selector, String words) {
    return one(selector, element -> element.getText().contains(words));
  }

  private WebElement one(String selector, Predicate<WebElement> which) {
    try {
      return Awaitility.await("for " + selector)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          // The page may draw anew between the look and the question.
          .ignoreException(org.openqa.selenium.StaleElementReferenceException.class)
          .until(
              () -> all(selector).stream().filter(which).findFirst(),
              Optional<WebElement>::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      String seen = text();
      throw new AssertionError(
          selector + " did not come; seen: " + seen.substring(0, Math.min(seen.length(), 2_000)),
          e);
    }
  }

  /** Waits until the text of the page has the words. */
  void awaitText(String words) {
    Awaitility.await("for the words " + words)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(text()).contains(words));
  }

  /** What can be read on the page. */
  String text() {
    return (String) script("return document.body.innerText");
  }

  /** Clicks the first of a selector; once more where the page was drawn anew under the pointer. */
  void click(String selector, String words) {
    Awaitility.await("to click " + selector)
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(WebDriverException.class::isInstance)
        .until(
            () -> {
              one(selector, words).click();
              return true;
            });
  }

  /** Opens the row of a table that has the words. */
  void openRow(String words) {
    Awaitility.await("to open the row of " + words)
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(WebDriverException.class::isInstance)
        .until(
            () -> {
              one("tbody tr", words).findElement(By.cssSelector("a[data-row]")).click();
              return true;
            });
  }

  /**
   * Turns the wheel over an element, at a point from its middle: away from oneself, or less than 0.
   */
  void wheel(String selector, int x, int y, int away) {
    new Actions(driver)
        .scrollFromOrigin(WheelInput.ScrollOrigin.fromElement(one(selector), x, y), 0, -away)
        .perform();
  }

  /** Moves the pointer over an element, to a point from its middle. */
  void point(String selector, int x, int y) {
    new Actions(driver).moveToElement(one(selector), x, y).perform();
  }

  /** Looks at something else for as long as it takes, and then at the page again. */
  void lookAway(Runnable meanwhile) {
    String page = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    String other = driver.getWindowHandle();
    try {
      meanwhile.run();
    } finally {
      driver.switchTo().window(other).close();
      driver.switchTo().window(page);
    }
  }

  /** Presses keys as on a keyboard, whatever has the focus. */
  void keys(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  Object script(String script) {
    return driver.executeScript(script);
  }

  /** What the console of the browser was told since the last time: errors and warnings. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The addresses of everything that was loaded. */
  Set<String> loaded() {
    Object names = script("return performance.getEntriesByType('resource').map((one) => one.name)");
    return Set.copyOf(((List<?>) names).stream().map(Object::toString).toList());
  }

  /** Waits until what was asked for is drawn: two frames, and no answer of the server awaited. */
  void settle() {
    driver.executeAsyncScript(
        """
        const done = arguments[0];
        const count = () => performance.getEntriesByType('resource').length;
        let before = -1;
        const watch = setInterval(() => {
          if (count() === before) {
            clearInterval(watch);
            requestAnimationFrame(() => requestAnimationFrame(() => done()));
          }
          before = count();
        }, 400);
        """);
  }

  /** What is seen, as a PNG in a file. */
  void picture(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
