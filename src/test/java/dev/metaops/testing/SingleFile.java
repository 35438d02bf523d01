package dev.metaops.testing;

import dev.metaops.evidence.Bundle;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The verifier in one file, compiled apart from everything of ours, or run as a process. */
public final class SingleFile {
  private static final long MOST_SECONDS = 60;

  private final Class<?> verifier;

  private SingleFile(Class<?> verifier) {
    this.verifier = verifier;
  }

  public static SingleFile compiled() {
    try {
      Path out = Files.createTempDirectory("verifier");
      var source =
          new SimpleJavaFileObject(
              URI.create("string:///VerifyEvidence.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return Bundle.verifier();
            }
          };
      boolean compiled =
          ToolProvider.getSystemJavaCompiler()
              .getTask(
                  null,
                  null,
                  null,
                  List.of("-d", out.toString(), "--release", "17", "-Xlint:all", "-Werror"),
                  null,
                  List.of(source))
              .call();
      if (!compiled) {
        throw new IllegalStateException("VerifyEvidence.java does not compile on its own");
      }
      var loader =
          new URLClassLoader(
              new java.net.URL[] {out.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
      return new SingleFile(loader.loadClass("VerifyEvidence"));
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With what it would end as a process. */
  public int exit(byte[] bundle, List<String> keys) {
    return (int) result(bundle, keys, "exit");
  }

  /** What it says no check can tell. */
  @SuppressWarnings("unchecked")
  public List<String> trusted(byte[] bundle, List<String> keys) {
    return (List<String>) result(bundle, keys, "trust");
  }

  private Object result(byte[] bundle, List<String> keys, String part) {
    try {
      Object result = called("check", new Class<?>[] {byte[].class, List.class}, bundle, keys);
      Method method = result.getClass().getDeclaredMethod(part);
      method.setAccessible(true);
      return method.invoke(result);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  public SortedMap<String, byte[]> unzipped(byte[] bundle) {
    return (SortedMap<String, byte[]>)
        called("unzipped", new Class<?>[] {byte[].class}, (Object) bundle);
  }

  public byte[] zipped(SortedMap<String, byte[]> files) {
    return (byte[]) called("zipped", new Class<?>[] {TreeMap.class}, new TreeMap<>(files));
  }

  private Object called(String name, Class<?>[] types, Object... arguments) {
    try {
      Method method = verifier.getDeclaredMethod(name, types);
      method.setAccessible(true);
      return method.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(name + ": " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As an auditor runs it: a java process, the source, the bundle, the keys. */
  public static int run(Path source, Path bundle, String... keys)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(source.toString(), bundle.toString()));
    command.addAll(Arrays.asList(keys));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "VerifyEvidence.java has not ended after " + MOST_SECONDS + " s");
    }
    return process.exitValue();
  }
}
