import { randomUUID } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { type ClientAuth, genericTokenEndpointRequest } from 'oauth4webapi'
import { BrokerError } from '#core/errors.ts'
import { assertionSigner, clientAuthentication } from '#core/oauth/client-authentication.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { readTokenAnswer, type TokenAnswer } from '#core/oauth/token-answer.ts'
import type { Registration } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import type { Signer } from '#core/signer.ts'
import type { DiscoveredEhr, DoctorDeps } from './examined.ts'
import { cannotTell, type Finding, ok, wrong } from './finding.ts'

const CHECK = 'client-authentication'

const REMEDIES: Readonly<Record<Registration['authentication']['method'], string>> = {
  none: 'Is the client id right, and is the client a public one there?',
  client_secret_basic:
    'Set the secret again (sallyport secret set client <ref>). If it is right, try "vendorOverrides": { "basicEncoding": "raw" }, or client_secret_post.',
  client_secret_post: 'Set the secret again (sallyport secret set client <ref>).',
  private_key_jwt:
    'Has the vendor the stack’s JWKS address, and read it since the last key? If so, see assertionAudience in docs/vendors.md.',
}

/**
 * Asks for tokens with a code that is nobody's. A server that knows the client refuses the code
 * (`invalid_grant`); and to tell that it looked at the client at all, it is asked again with a
 * credential that is wrong, which it must refuse (`invalid_client`).
 */
export async function checkClient(ehr: DiscoveredEhr, deps: DoctorDeps): Promise<Finding> {
  const right = await credentials(ehr, deps)
  if ('check' in right) return right

  const answer = await ask(ehr, right.auth, deps)
  if ('check' in answer) return answer
  const refused = judge(answer, ehr.registration)
  if (refused) return refused

  const other = await ask(ehr, await wrongCredentials(ehr, deps), deps)
  if ('check' in other) return other
  if (
    other.kind === 'error' &&
    (isClientRefused(other) || other.error.code === 'unauthorized_client')
  ) {
    return ok(
      CHECK,
      'The client is known: a made-up code was refused, and so was a made-up credential.',
    )
  }
  return cannotTell(
    CHECK,
    'The server refuses a made-up code in the same way whatever credential comes with it, so it lets nobody know whether this one is right.',
    question(ehr),
  )
}

async function credentials(
  { registration, connection, profile }: DiscoveredEhr,
  { secrets, signers, now }: DoctorDeps,
): Promise<{ readonly auth: ClientAuth } | Finding> {
  const { authentication } = registration
  let secret: Secret | undefined
  if ('secretRef' in authentication) {
    try {
      ;[secret] = await secrets.read(authentication.secretRef, { fresh: true })
    } catch {
      return cannotTell(CHECK, `You may not read the secret "${authentication.secretRef}".`)
    }
    if (!secret) {
      return wrong(
        CHECK,
        `The stack has no secret "${authentication.secretRef}".`,
        `sallyport secret set client ${authentication.secretRef}`,
      )
    }
  }
  if (authentication.method === 'private_key_jwt' && !signers) {
    return cannotTell(
      CHECK,
      'The stack’s outputs do not name the keys that assertions are signed with. Deploy it again.',
    )
  }
  if (authentication.method === 'private_key_jwt' && !assertionSigner(signers ?? [], profile)) {
    return cannotTell(CHECK, 'The stack has no key to sign an assertion with: see algorithms.')
  }
  return {
    auth: clientAuthentication({ registration, connection }, secret, {
      signers: signers ?? [],
      now: () => Math.floor(now() / 1_000),
    }),
  }
}

/** The same client with a credential that cannot be its own. */
async function wrongCredentials(
  { registration, connection, profile }: DiscoveredEhr,
  { signers = [], now }: DoctorDeps,
): Promise<ClientAuth> {
  const isPublic = registration.authentication.method === 'none'
  return clientAuthentication(
    {
      connection,
      registration: isPublic ? { ...registration, clientId: randomUUID() } : registration,
    },
    new Secret(randomUUID()),
    {
      signers: [nobody(assertionSigner(signers, profile)?.alg)],
      now: () => Math.floor(now() / 1_000),
    },
  )
}

/** A key that no server knows. */
function nobody(alg = 'RS384'): Signer {
  const key = generateKeyPair(alg)
  return {
    alg,
    publicJwk: () => Promise.reject(new Error('This key is published nowhere')),
    async signJwt(typ, payload) {
      const { privateKey } = await key
      return new SignJWT({ ...payload })
        .setProtectedHeader({ alg, typ, kid: randomUUID() })
        .sign(privateKey)
    },
  }
}

async function ask(
  { metadata, registration, profile, redirectUri }: DiscoveredEhr,
  auth: ClientAuth,
  { egress }: DoctorDeps,
): Promise<TokenAnswer | Finding> {
  const { token_endpoint: endpoint } = metadata
  try {
    const response = await genericTokenEndpointRequest(
      metadata,
      { client_id: registration.clientId },
      auth,
      'authorization_code',
      {
        code: randomUUID(),
        redirect_uri: redirectUri,
        ...(profile.pkce === 'S256' && { code_verifier: `${randomUUID()}${randomUUID()}` }),
      },
      requestOptions(egress, {
        timeoutMs: 8_000,
        maxBytes: 256 * 1024,
        hosts: [new URL(endpoint).host],
      }),
    )
    return await readTokenAnswer(response, profile)
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    return wrong(
      CHECK,
      `The token endpoint does not answer (${endpoint}: ${detail.reason ?? code}).`,
      'Ask the hospital whether it is in service, and reachable from the internet.',
    )
  }
}

/** What the first answer settles; `undefined` where it is the one that was hoped for. */
function judge(answer: TokenAnswer, registration: Registration): Finding | undefined {
  const { method } = registration.authentication
  if (answer.kind === 'tokens') {
    return wrong(
      CHECK,
      'The server gave tokens for a made-up code.',
      'Do not connect to it: anybody can sign on there.',
    )
  }
  if (answer.status === 404) {
    return wrong(
      CHECK,
      'The token endpoint is not there (404).',
      'Have the hospital correct its document.',
    )
  }
  if (isClientRefused(answer)) {
    const said = answer.kind === 'error' ? answer.error.code : `status ${answer.status}`
    return wrong(
      CHECK,
      `The server does not accept this client by ${method} (${said}).`,
      REMEDIES[method],
    )
  }
  if (answer.kind === 'error' && answer.error.code === 'invalid_grant') return undefined
  if (
    answer.kind === 'error' &&
    ['unauthorized_client', 'unsupported_grant_type'].includes(answer.error.code)
  ) {
    return wrong(
      CHECK,
      `The server knows the client and does not let it redeem codes (${answer.error.code}).`,
      'Have the vendor enable the client, and the authorization code grant for it.',
    )
  }
  const said =
    answer.kind === 'error' ? answer.error.code : `${answer.reason}, status ${answer.status}`
  return cannotTell(
    CHECK,
    `The server answers a made-up code with ${said}, which says nothing of the client.`,
    question({ registration }),
  )
}

function isClientRefused(answer: TokenAnswer): boolean {
  if (answer.kind === 'error') {
    return (
      answer.error.code === 'invalid_client' ||
      (answer.status === 401 && answer.error.code !== 'invalid_grant')
    )
  }
  return answer.kind === 'unreadable' && answer.status === 401
}

function question({
  registration: { clientId, authentication },
}: Pick<DiscoveredEhr, 'registration'>) {
  return `Is the client "${clientId}" enabled, with the authorization code grant and ${authentication.method} at the token endpoint? Your server’s answers do not show it.`
}
