import { constants, privateDecrypt } from 'node:crypto'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import { BrokerError } from '#core/errors.ts'
import { type AcceptResponseDeps, acceptResponse } from '#core/saml/accept-response.ts'
import type { UnwrapKey } from '#core/saml/decrypt-assertion.ts'
import { type SamlSettings, serviceProvider } from '#core/saml/saml-settings.ts'
import { type IdpKey, idpKey } from './keys.ts'
import { BASE, encode, IDP, NOW } from './messages.ts'

export const honest = await idpKey()
export const stranger = await idpKey()
/** Ours, that assertions are encrypted to. */
export const ours = await idpKey()

export const SETTINGS: SamlSettings = {
  idp: {
    entityId: IDP,
    ssoUrl: 'https://idp.example.org/sso',
    certificates: [honest.certificate],
  },
}

/** As KMS unwraps: OAEP alone. */
export function unwrapWith({ privateKey }: IdpKey): UnwrapKey {
  return async (wrapped, wrap) =>
    privateDecrypt(
      {
        key: privateKey,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: wrap === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256',
      },
      wrapped,
    )
}

export interface AcceptOptions extends Partial<AcceptResponseDeps> {
  readonly settings?: Partial<SamlSettings>
  readonly takeRequest?: (id: string) => Promise<unknown>
}

/** Accepts a message as the connection `hospital`, which asked with the request `_request`. */
export function accept(xml: string, options: AcceptOptions = {}) {
  const { settings = {}, takeRequest = takeOwn, ...deps } = options
  return acceptResponse(
    encode(xml),
    { ...SETTINGS, ...settings },
    serviceProvider(BASE, 'hospital'),
    takeRequest,
    {
      xml: nodeSamlXml,
      unwrapKey: unwrapWith(ours),
      replays: memoryReplayStore(),
      now: () => NOW,
      ...deps,
    },
  )
}

async function takeOwn(id: string) {
  if (id !== '_request') throw new BrokerError('state_unknown')
  return id
}

/** What a message is refused with: the error's code, and the reason that is logged. */
export async function refusal(xml: string, options: AcceptOptions = {}): Promise<string> {
  try {
    const accepted = await accept(xml, options)
    return `accepted ${accepted.nameId.value}`
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    const { reason } = error.detail
    return reason === undefined ? error.code : `${error.code} ${reason}`
  }
}
