import { type SignOnKeys, signOnKeys } from '#core/logout/sign-on-key.ts'
import { type NameId, personKey } from './name-id.ts'
import type { ServiceProvider } from './saml-settings.ts'

/** A sign-on at an identity provider, as its assertion tells of it. */
export interface SamlSignOn {
  /** The provider's entity id. */
  readonly idp: string
  readonly own: ServiceProvider
  readonly nameId: NameId
  readonly sessionIndex: string | undefined
}

/** What a session is found by when its provider signs the person off: a SessionIndex is a person's. */
export function samlSignOnKeys({ idp, own, nameId, sessionIndex }: SamlSignOn): SignOnKeys {
  const subject = personKey(idp, nameId)
  return signOnKeys({
    issuer: idp,
    clientId: own.entityId,
    subject,
    ...(sessionIndex !== undefined && { sid: JSON.stringify([subject, sessionIndex]) }),
  })
}
