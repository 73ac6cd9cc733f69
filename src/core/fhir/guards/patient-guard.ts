import { BrokerError } from '#core/errors.ts'
import type { Ask } from '#core/fhir/ask.ts'
import type { FhirResponse } from '#core/fhir/fhir-request.ts'
import { isJson, mediaTypeOf } from '#core/fhir/media-type.ts'

/** An answer is read whole to be judged; a longer one is refused. */
const MOST_BYTES = 8 * 1024 * 1024

/** Elements that say whom a resource is about. */
const SUBJECTS: readonly string[] = ['subject', 'patient', 'beneficiary', 'individual', 'for']

/** Search parameters that say so, with the modifiers that name the type. */
const SUBJECT_PARAMETERS = /^(?:subject|patient|beneficiary|individual)(?::Patient)?$/

type Json = Readonly<Record<string, unknown>>

/**
 * Refuses what asks for another patient than the session's: by its id, in its compartment, by a
 * search for it, or by writing about it.
 *
 * @throws BrokerError `patient_mismatch`
 */
export function checkAskedPatient(asks: readonly Ask[], patient: string): void {
  for (const { interaction, parameters, resource } of asks) {
    const { type, id, compartment } = interaction
    const asked = [
      ...(type === 'Patient' && id !== undefined ? [id] : []),
      ...(compartment?.type === 'Patient' ? [compartment.id] : []),
      ...[...parameters]
        .filter(([name]) => SUBJECT_PARAMETERS.test(name) || (type === 'Patient' && name === '_id'))
        .flatMap(([, value]) => value.split(','))
        .map((value) => patientOf(value) ?? value),
    ]
    if (asked.some((one) => one !== patient)) throw mismatch()
    const written = resource()
    if (interaction.code === 'patch') checkPatch(written, patient)
    // What a create is to be named is for the EHR to say; it may not become another's though.
    else if (written !== undefined && type !== 'Patient') checkResource(written, patient)
  }
}

/**
 * Lets an answer pass if nothing in it is about another patient. It is read whole for that, so the
 * guard costs memory, and answers stream no longer.
 *
 * @throws BrokerError `patient_mismatch`; `upstream_too_large`
 */
export async function checkAnsweredPatient(
  answer: FhirResponse,
  patient: string,
): Promise<FhirResponse> {
  const { body, headers } = answer
  if (!body || !isJson(mediaTypeOf(headers['content-type']))) return answer
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > MOST_BYTES) throw new BrokerError('upstream_too_large')
    chunks.push(chunk)
  }
  const whole = Buffer.concat(chunks)
  checkResource(parse(whole), patient)
  return { ...answer, body: ReadableStream.from([whole]) }
}

/** A resource, and all that it holds as a Bundle or Parameters. */
function checkResource(resource: unknown, patient: string): void {
  if (!isObject(resource)) return
  const { resourceType, id, entry, parameter, participant } = resource
  if (resourceType === 'Patient' && id !== undefined && id !== patient) throw mismatch()

  const subjects = SUBJECTS.flatMap((name) => listOf(resource[name])).map(patientReferenced)
  if (subjects.some((one) => one !== undefined && one !== patient)) throw mismatch()
  // An appointment is about whoever takes part; others may, beside the patient.
  const actors = listOf(participant)
    .map((one) => (isObject(one) ? patientReferenced(one['actor']) : undefined))
    .filter((one) => one !== undefined)
  if (actors.length > 0 && !actors.includes(patient)) throw mismatch()

  for (const one of [...listOf(entry), ...listOf(parameter)]) {
    if (isObject(one)) checkResource(one['resource'], patient)
  }
}

/** A patch says where in its own ways; whoever it names may not be another patient. */
function checkPatch(patch: unknown, patient: string): void {
  if (typeof patch === 'string') {
    const named = patientOf(patch)
    if (named !== undefined && named !== patient) throw mismatch()
  } else if (Array.isArray(patch) || isObject(patch)) {
    for (const value of Object.values(patch)) checkPatch(value, patient)
  }
}

function parse(whole: Buffer): unknown {
  try {
    return JSON.parse(whole.toString('utf8'))
  } catch {
    throw new BrokerError('upstream_answer_invalid', { detail: { reason: 'json_malformed' } })
  }
}

function patientReferenced(reference: unknown): string | undefined {
  const value = isObject(reference) ? reference['reference'] : undefined
  return typeof value === 'string' ? patientOf(value) : undefined
}

/** The id in a reference to a Patient, relative or absolute. */
function patientOf(reference: string): string | undefined {
  return /(?:^|\/)Patient\/([^/?#|]+)/.exec(reference)?.[1]
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined ? [] : [value]
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mismatch(): BrokerError {
  return new BrokerError('patient_mismatch')
}
