import { entryOf } from '#core/entry-of.ts'

/**
 * The launch context of SMART App Launch 2.2 beside patient and encounter, by its wire names.
 */
export const LAUNCH_CONTEXT_PARAMETERS = [
  'need_patient_banner',
  'intent',
  'smart_style_url',
  'tenant',
  'fhirContext',
] as const

/** Members that are of the grant itself, or repeat what is known: nobody's context. */
const NOT_CONTEXT = [
  ...LAUNCH_CONTEXT_PARAMETERS,
  'access_token',
  'refresh_token',
  'id_token',
  'token_type',
  'expires_in',
  'expires',
  'expires_at',
  'expires_on',
  'ext_expires_in',
  'not_before',
  'refresh_expires_in',
  'access_grant_expiration',
  'scope',
  'patient',
  'encounter',
  'fhirUser',
  'state',
  'client_id',
]

/** More than this of unknown members is not passed on. */
const MOST_EXTRA_BYTES = 8_192

/** The launch context, each member of the type it must be (SM-61…65); others are left out. */
export function launchContext(
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const banner = members['need_patient_banner']
  const context = {
    need_patient_banner:
      typeof banner === 'boolean' ? banner : entryOf({ true: true, false: false }, text(banner)),
    intent: text(members['intent']),
    smart_style_url: text(members['smart_style_url']),
    tenant: text(members['tenant']),
    fhirContext: fhirContext(members['fhirContext']),
  }
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined))
}

/** Members that no specification names; an app may know what they are (SM-53). */
export function extraMembers(
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const extras = Object.fromEntries(
    Object.entries(members).filter(
      ([name, value]) => !NOT_CONTEXT.includes(name) && value !== null && value !== '',
    ),
  )
  return Buffer.byteLength(JSON.stringify(extras)) > MOST_EXTRA_BYTES ? {} : extras
}

/**
 * A list of objects that each name something; SMART 2.0 had references as text. What is of neither form,
 * or has an empty role, is left out.
 */
function fhirContext(value: unknown): readonly object[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((one: unknown) => {
    if (typeof one === 'string') return one === '' ? [] : [{ reference: one }]
    if (typeof one !== 'object' || one === null) return []
    const names = ['reference', 'canonical', 'identifier'].some((name) => name in one)
    return names && !('role' in one && one.role === '') ? [one] : []
  })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
