package dev.metaops.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.modules.syntax.ModuleDependencyScope.consideringOnlyDependenciesInAnyPackage;
import static com.tngtech.archunit.library.modules.syntax.ModuleRuleDefinition.modules;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.metaops.Feature;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the arrows between packages, and what each floor may not touch. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.metaops");

  private static final String[] PURE =
      List.of("amount", "finding", "chain", "proof", "escrow", "order", "detect").stream()
          .map(name -> "dev.metaops." + name)
          .toArray(String[]::new);

  @Test
  void everyFeatureUsesOnlyWhatItsPackageInfoNames() {
    modules()
        .definedByAnnotation(Feature.class)
        .should()
        .respectTheirAllowedDependenciesDeclaredIn(
            "mayUse", consideringOnlyDependenciesInAnyPackage("dev.metaops.."))
        .ignoreDependency(alwaysTrue(), belongToAnyOf(Feature.class))
        .check(CLASSES);
  }

  @Test
  void noPackagesLeanOnEachOtherInACircle() {
    modules()
        .definedByAnnotation(Feature.class)
        .should()
        .beFreeOfCycles()
        .ignoreDependency(alwaysTrue(), belongToAnyOf(Feature.class))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsAFeatureOfItsOwnName() {
    Set<String> wrong =
        CLASSES.stream()
            .map(type -> type.getPackage())
            .filter(pack -> !pack.getName().equals("dev.metaops"))
            .filter(pack -> !isFeatureOfItsOwnName(pack))
            .map(JavaPackage::getName)
            .collect(Collectors.toSet());
    assertThat(wrong).isEmpty();
  }

  private static boolean isFeatureOfItsOwnName(JavaPackage pack) {
    return pack.tryGetAnnotationOfType(Feature.class)
        .filter(feature -> pack.getName().equals("dev.metaops." + feature.name()))
        .isPresent();
  }

  @Test
  void onlyTimeReadsTheClock() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.metaops.time")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .check(CLASSES);
  }

  @Test
  void whatDecidesTouchesNoFileSocketOrDatabase() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "java.net..", "java.io..", "java.nio.file..")
        .check(CLASSES);
  }

  /** Others may carry a connection from a database to a store, and hear that it failed. */
  @Test
  void onlyStoresSpeakSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.metaops.store", "dev.metaops.postgres")
        .and()
        .haveSimpleNameNotEndingWith("Store")
        .and()
        .areTopLevelClasses()
        .should()
        .dependOnClassesThat(
            belongToAnyOf(Statement.class, ResultSet.class, DriverManager.class)
                .or(assignableTo(Statement.class)))
        .check(CLASSES);
  }

  @Test
  void nobodyUsesADoorButMain() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.metaops.main", "dev.metaops.cli", "dev.metaops.api", "dev.metaops.console")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.metaops.main", "dev.metaops.cli", "dev.metaops.api", "dev.metaops.console")
        .check(CLASSES);
  }

  @Test
  void onlyMainReadsTheEnvironment() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.metaops.main")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void noClassIsNamedAfterNothing() {
    classes()
        .should()
        .haveNameNotMatching(
            ".*(Manager|Helper|Util|Utils|Impl|Processor|Handler|Service|Data|Info|Base)(\\$.*)?")
        .andShould()
        .haveNameNotMatching(".*[.$](Abstract|Default)[A-Z].*")
        .check(CLASSES);
  }

  /** What it says is compared with what they make of it. */
  @Test
  void theSimulatedChainKnowsNothingOfWhatIsComparedWithIt() {
    noClasses()
        .that()
        .haveNameNotMatching(".*Test(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.metaops.order..",
            "dev.metaops.orders..",
            "dev.metaops.escrow..",
            "dev.metaops.ledger..",
            "dev.metaops.listen..",
            "dev.metaops.proof..")
        .check(new ClassFileImporter().importPackages("dev.metaops.sim"));
  }
}
