import type { Guise } from './guise.ts'

/** The authorization request as oidc-provider takes it, or why the vendor's server would refuse it. */
export type CheckedAuthorization =
  | { readonly parameters: URLSearchParams }
  | { readonly refused: string }

/**
 * Holds an authorization request to what the vendor insists on, and makes it one of SMART's, to which
 * the authorization server behind holds it then.
 *
 * @param mintHandle a launch handle for a person who comes by themselves
 */
export function checkAuthorization(
  sent: URLSearchParams,
  { authorization: wants = {}, refresh = {} }: Guise,
  { fhirBaseUrl, mintHandle }: { readonly fhirBaseUrl: string; readonly mintHandle: () => string },
): CheckedAuthorization {
  const problem = problemOf(sent, wants, fhirBaseUrl)
  if (problem) return { refused: problem }

  const parameters = new URLSearchParams(sent)
  if (wants.audience) parameters.set('aud', fhirBaseUrl)
  parameters.delete('audience')
  const asked = (parameters.get('scope') ?? '').split(' ')
  // Who asks for the scope `launch` says that an EHR launched.
  const isAlone = !parameters.has('launch') && !asked.includes('launch')
  if (wants.standalone && isAlone) parameters.set('launch', mintHandle())
  const scopes = asked.filter((one) => !wants.dropsScope?.test(one))
  const offline =
    wants.refusesScope?.test('offline_access') && !refresh.none ? ['offline_access'] : []
  parameters.set('scope', [...scopes, ...offline].join(' '))
  // What the vendor wants beside the code flow is answered by the code flow.
  parameters.set('response_type', 'code')
  return { parameters }
}

function problemOf(
  sent: URLSearchParams,
  wants: NonNullable<Guise['authorization']>,
  fhirBaseUrl: string,
): string | undefined {
  const audience = sent.get(wants.audienceParameter ?? 'aud')
  switch (wants.audience) {
    case 'absent':
      if (sent.has('aud') || sent.has('audience')) return 'There must be no aud'
      break
    case 'without-slash':
      if (audience !== fhirBaseUrl) return 'aud must be the FHIR base without a slash'
      break
    case 'any':
      if (audience === null) return 'aud is missing'
      break
  }
  for (const [name, value] of Object.entries(wants.requires ?? {})) {
    if (sent.get(name) !== value) return `${name} must be ${value}`
  }
  if (wants.pkce === 'refused' && sent.has('code_challenge')) return 'PKCE is not known here'
  if ((sent.get('state') ?? '').length < (wants.minStateLength ?? 1)) return 'state is too short'
  const refused = (sent.get('scope') ?? '')
    .split(' ')
    .find((scope) => wants.refusesScope?.test(scope))
  return refused && `the scope ${refused} is not known here`
}
