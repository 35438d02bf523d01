package dev.metaops.bench;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prepared statement as it was executed: text, parameters, and how long the driver took to
 * bring the whole result.
 */
public record Asked(String sql, List<Binding> bindings, long nanos) {
  /** A call of one of the {@code set…} methods. */
  record Binding(Method method, List<@Nullable Object> arguments) {}

  /** The connection itself, but for writing down what is asked of it. */
  public static Connection listening(Connection connection, List<Asked> heard) {
    return proxy(
        Connection.class,
        (_, method, arguments) -> {
          Object answer = called(connection, method, arguments);
          return answer instanceof PreparedStatement statement
              ? listening(statement, String.valueOf(arguments[0]), heard)
              : answer;
        });
  }

  private static PreparedStatement listening(
      PreparedStatement statement, String sql, List<Asked> heard) {
    List<Binding> bindings = new ArrayList<>();
    return proxy(
        PreparedStatement.class,
        (_, method, arguments) -> {
          if (method.getName().startsWith("set") && arguments.length >= 2) {
            bindings.add(new Binding(method, Arrays.asList(arguments.clone())));
          }
          long start = System.nanoTime();
          Object answer = called(statement, method, arguments);
          if (method.getName().startsWith("execute")) {
            heard.add(new Asked(sql, List.copyOf(bindings), System.nanoTime() - start));
          }
          return answer;
        });
  }

  /** The same statement with the same parameters, after a word like EXPLAIN. */
  PreparedStatement prepareAgain(Connection connection, String before) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(before + " " + sql);
    try {
      for (Binding binding : bindings) {
        binding.method().invoke(statement, binding.arguments().toArray());
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return statement;
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object called(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
