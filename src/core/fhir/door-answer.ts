import { BrokerError } from '#core/errors.ts'
import type { Registry } from '#core/registry/registry.ts'
import { PRIVATE_ANSWER } from './answer-headers.ts'
import { doorCapabilities, doorSmartConfiguration } from './door-documents.ts'
import { publicFhirBase } from './ehr-addresses.ts'
import type { FhirPath } from './fhir-path.ts'
import type { FhirRequest, FhirResponse } from './fhir-request.ts'

/**
 * What the door says of itself to anybody, at a base that some connection has: no EHR is asked.
 * `undefined` for a request that is for something else.
 *
 * @param isAnonymous the request has no credentials: with them `metadata` is the EHR's
 * @throws BrokerError `fhir_path_unknown`
 */
export async function doorAnswer(
  { method }: FhirRequest,
  path: FhirPath,
  {
    registry,
    publicBaseUrl,
    isAnonymous,
  }: {
    readonly registry: Registry
    readonly publicBaseUrl: string
    readonly isAnonymous: boolean
  },
): Promise<FhirResponse | undefined> {
  const below = path.segments.join('/')
  const isMetadata = below === 'metadata' && isAnonymous
  if (!isMetadata && path.segments[0] !== '.well-known') return undefined
  if (method !== 'GET' && method !== 'HEAD') {
    throw new BrokerError('fhir_interaction_unsupported', { allow: ['GET', 'HEAD'] })
  }

  const { version, organization, environment } = path
  const bases = await registry.findFhirBases(organization)
  const isKnown = bases.includes(`${version}/${organization}/${environment}`)
  if (!isKnown || !(isMetadata || below === '.well-known/smart-configuration')) {
    throw new BrokerError('fhir_path_unknown')
  }
  const ourBase = publicFhirBase(publicBaseUrl, path)
  const document = isMetadata
    ? doorCapabilities(path, ourBase, publicBaseUrl)
    : doorSmartConfiguration(publicBaseUrl)
  const bytes = Buffer.from(JSON.stringify(document))
  return {
    status: 200,
    headers: {
      'content-type': isMetadata ? 'application/fhir+json' : 'application/json',
      'content-length': String(bytes.byteLength),
      ...PRIVATE_ANSWER,
    },
    body: method === 'HEAD' ? undefined : ReadableStream.from([bytes]),
  }
}
