import { type Emulator, REGION } from './emulator.ts'

const VERSIONS = { cloudformation: '2010-05-15', iam: '2010-05-08' } as const

/**
 * Calls a service that is asked by forms and answers XML. The account's own key is taken without the
 * signature's being right.
 *
 * @throws Error with its answer when it refuses
 */
export async function callAws(
  { endpoint, operator }: Emulator,
  service: keyof typeof VERSIONS,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const scope = `${operator.accessKeyId}/20260101/${REGION}/${service}/aws4_request`
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ Version: VERSIONS[service], ...parameters }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${parameters['Action']}: ${answer.status} ${text}`)
  return text
}

/** The texts of all elements of a name. */
export function textsOf(xml: string, name: string): readonly string[] {
  const elements = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))
  return [...elements].map(([, text = '']) => text)
}
