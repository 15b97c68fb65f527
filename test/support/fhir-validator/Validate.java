import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/**
 * Validates FHIR R4 files against the definitions that FHIR itself ships. One line a finding: severity, file, place, message,
 * with tabs between; at the end `done` and how many files were read. A code system that the definitions do not hold is a
 * warning: nothing here can know its codes.
 */
public final class Validate {
  public static void main(String[] files) throws Exception {
    FhirContext context = FhirContext.forR4();
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    ValidationSupportChain support =
        new ValidationSupportChain(
            new DefaultProfileValidationSupport(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            unknown);
    FhirValidator validator = context.newValidator();
    validator.registerValidatorModule(new FhirInstanceValidator(support));
    for (String file : files) {
      String text = Files.readString(Path.of(file));
      for (SingleValidationMessage m : validator.validateWithResult(text).getMessages())
        System.out.println(
            String.join("\t", m.getSeverity().getCode(), file, String.valueOf(m.getLocationString()), oneLine(m.getMessage())));
    }
    System.out.println("done\t" + files.length);
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
