import { BrokerError } from '#core/errors.ts'
import type { FhirRequest } from '#core/fhir/fhir-request.ts'

/** The header by which an app says whom it believes it is looking at, in lower case. */
const EXPECT_PATIENT_HEADER = 'x-sallyport-expect-patient'

/**
 * Holds the session's patient against the one that the app expects: an id, or `Patient/<id>`. A
 * person may have opened another patient in the EHR since, in a session of its own.
 *
 * @throws BrokerError `patient_unexpected`, before anything was sent
 */
export function checkExpectedPatient({ header }: FhirRequest, patient: string | undefined): void {
  const expected = header(EXPECT_PATIENT_HEADER)
  const isMet = expected.every((value) => value.trim().replace(/^Patient\//, '') === patient)
  if (!isMet) throw new BrokerError('patient_unexpected')
}
