import { createHash } from 'node:crypto'
import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose'
import type { Guise, TokenBody } from './guise.ts'

/** What a token request brought. */
export interface TokenRequestSeen {
  readonly authorization: string | undefined
  readonly parameters: Readonly<Record<string, unknown>>
}

/** A token endpoint's answer. */
export interface TokenEndpointAnswer {
  readonly status: number
  readonly body: TokenBody
}

export interface ShapeContext {
  readonly guise: Guise
  readonly issuer: string
  readonly fhirBaseUrl: string
  readonly signingKey: JWK
  /** The launch context of the grant, by its wire names. */
  readonly context: TokenBody
}

/** Bends the authorization server's answer into the vendor's form, or refuses what the vendor would. */
export async function shapeTokenAnswer(
  { status, body }: TokenEndpointAnswer,
  request: TokenRequestSeen,
  { guise, issuer, fhirBaseUrl, signingKey, context }: ShapeContext,
): Promise<TokenEndpointAnswer> {
  const isRefresh = request.parameters['grant_type'] === 'refresh_token'
  const problem = problemOf(request, guise, isRefresh)
  if (status !== 200 || problem) {
    const error = problem ? { error: 'invalid_request', error_description: problem } : body
    const shaped = guise.token?.error?.(error)
    return { status: shaped?.status ?? (problem ? 400 : status), body: shaped?.body ?? error }
  }

  const { context: where = 'response', answer } = guise.token ?? {}
  const hasContext = where === 'response' || (where === 'on-refresh' && isRefresh)
  const { id_token: idToken, ...rest } = body
  const whole = {
    ...rest,
    ...(hasContext && context),
    ...(typeof where === 'object' && {
      access_token: asJwt(`${body['access_token']}`, { [where.claim]: context['patient'] }),
    }),
    ...(typeof idToken === 'string' &&
      !guise.idToken?.none && {
        id_token: await reissued(idToken, guise, { issuer, fhirBaseUrl, signingKey }),
      }),
  }
  return { status, body: answer ? answer(whole, isRefresh) : whole }
}

function problemOf(
  { authorization, parameters }: TokenRequestSeen,
  { client, refresh }: Guise,
  isRefresh: boolean,
): string | undefined {
  const hasClientId = parameters['client_id'] !== undefined
  const isPublic = !authorization && !parameters['client_secret'] && !parameters['client_assertion']
  if (client?.clientIdInBody === 'required' && !hasClientId) return 'client_id is missing'
  if (client?.clientIdInBody === 'refused' && hasClientId && !isPublic)
    return 'client_id is too much'
  const missing = isRefresh && refresh?.requires?.find((name) => parameters[name] === undefined)
  return missing ? `${missing} is missing` : undefined
}

async function reissued(
  idToken: string,
  { idToken: wants = {} }: Guise,
  { issuer, fhirBaseUrl, signingKey }: Pick<ShapeContext, 'issuer' | 'fhirBaseUrl' | 'signingKey'>,
): Promise<string> {
  if (!wants.issuer && !wants.fhirUser) return idToken
  const { fhirUser, ...claims } = decodeJwt(idToken)
  const local = `${fhirUser}`.slice(fhirBaseUrl.length + 1)
  return new SignJWT({
    ...claims,
    ...(fhirUser !== undefined &&
      (wants.fhirUser === 'profile'
        ? { profile: fhirUser }
        : { fhirUser: wants.fhirUser === 'relative' ? local : fhirUser })),
    iss: (wants.issuer ?? issuer).replace('{issuer}', issuer).replace('{fhir_base}', fhirBaseUrl),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(await importJWK(signingKey, 'RS256'))
}

/** An access token that a reader may decode: the token itself is its `jti`. */
function asJwt(token: string, claims: TokenBody): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signature = createHash('sha256').update(token).digest('base64url')
  return `${encode({ alg: 'HS256' })}.${encode({ ...claims, jti: token })}.${signature}`
}

/** The token in {@link asJwt}'s, or the token itself. */
export function innerToken(token: string): string {
  const [, payload] = token.split('.')
  if (!payload) return token
  try {
    const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti?: unknown }
    return typeof jti === 'string' ? jti : token
  } catch {
    return token
  }
}
