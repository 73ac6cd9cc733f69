import { X509Certificate } from 'node:crypto'
import { type Problem, placed } from './problem.ts'
import type { SamlScheme } from './sign-on-scheme.ts'

/** The shortest RSA key that is taken, in bits. */
const SHORTEST_KEY = 2048

/** Each certificate of a provider can be read, and has a key that can be verified by. */
export function checkSaml(path: string, { idp }: SamlScheme): readonly Problem[] {
  return placed(`${path}.idp.certificates`, idp.certificates).flatMap((certificate) => {
    const message = problemOf(certificate.value)
    return message === undefined ? [] : [{ path: certificate.path, message }]
  })
}

function problemOf(certificate: string): string | undefined {
  let key: X509Certificate['publicKey']
  try {
    key = new X509Certificate(Buffer.from(certificate, 'base64')).publicKey
  } catch {
    return 'This is not a certificate. Copy it from the provider’s metadata, or use "sallyport saml import".'
  }
  if (key.asymmetricKeyType !== 'rsa') {
    return 'Its key is not RSA. Have the provider sign with RSA.'
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits < SHORTEST_KEY
    ? `Its key has ${bits} bits. Have the provider sign with ${SHORTEST_KEY} at least.`
    : undefined
}
