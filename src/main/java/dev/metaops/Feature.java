package dev.metaops;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a package as a feature and names the features it may use. {@code ArchitectureTest} fails
 * the build on an arrow that is not named here, and on a package without this annotation.
 */
@Target(ElementType.PACKAGE)
@Retention(RetentionPolicy.CLASS)
public @interface Feature {
  /** The package's last segment. */
  String name();

  /** The features whose types this one may mention. */
  String[] mayUse() default {};
}
