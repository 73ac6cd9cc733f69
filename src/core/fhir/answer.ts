import type { OpenAnswer } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { type AnswerBody, rewrittenBody, unchangedBody, wholeBody } from './answer-body.ts'
import { answerHeaders } from './answer-headers.ts'
import type { AddressMap } from './ehr-addresses.ts'
import { errorAnswer } from './error-answer.ts'
import type { FhirResponse } from './fhir-request.ts'
import { capabilitiesOf, manifestOf } from './json-answers.ts'
import { foreignCharset, isJson, isXml, mediaTypeOf } from './media-type.ts'

/**
 * What a good answer is to hold: one `resource` that is no Bundle, any `fhir` at all, the EHR's
 * `capabilities`, the outcome of a `job`, or content that passes byte for byte, whatever it is.
 */
export type AnswerContent = 'resource' | 'fhir' | 'capabilities' | 'job' | 'opaque'

export interface AnswerOptions {
  readonly map: AddressMap
  readonly ourBase: string
  readonly publicBaseUrl: string
  readonly method: string
  readonly content: AnswerContent
  /** A write of one resource: that it was done is in the head. */
  readonly isWrite: boolean
  readonly referenceId: string
}

const WITHOUT_BODY: readonly number[] = [204, 205, 304]
const NO_BODY: AnswerBody = { body: undefined, isUnchanged: true }

/** A write may be answered by its head alone; then there is no content to be of any type. */
function isEmpty(headers: OpenAnswer['headers']): boolean {
  return headers.get('content-length') === '0'
}

/**
 * The EHR's answer as the app gets it, a long body still streaming.
 *
 * @throws BrokerError `upstream_answer_invalid` for a redirect that was not followed, and for
 * content that is not FHIR in JSON, whose addresses would lead past the broker. Not for such content
 * in the answer to a write, nor for content that broke off: the write was done, so its head is passed
 * on and the content is left out, lest the app repeats it.
 */
export async function answerOf(
  upstream: OpenAnswer,
  options: AnswerOptions,
): Promise<FhirResponse> {
  const { status, headers, body } = upstream
  if (status >= 400) return errorAnswer(upstream, options)

  const { method, isWrite, content } = options
  const isOpaque = content === 'opaque'
  // The body of "accepted" is nobody's resource, and may be of any kind.
  const isAccepted = status === 202
  const fault = faultOf(upstream, isOpaque)
  const isLeftOut = (isWrite || isAccepted) && fault !== undefined
  if (WITHOUT_BODY.includes(status) || method === 'HEAD' || isEmpty(headers) || isLeftOut) {
    await body?.cancel()
    if (status >= 300 && status !== 304) throw invalid('redirect')
    return answer(upstream, { ...NO_BODY, isUnchanged: isOpaque }, options)
  }
  if (fault) {
    await body?.cancel()
    throw invalid(fault)
  }
  const answered = bodyOf(upstream, options)
  return answer(upstream, await (isWrite ? answered.catch(() => NO_BODY) : answered), options)
}

async function bodyOf(upstream: OpenAnswer, options: AnswerOptions): Promise<AnswerBody> {
  const { content, map } = options
  const body = upstream.body ?? nothing()
  if (content === 'opaque') return unchangedBody(upstream)
  if (content === 'capabilities') return wholeBody(await capabilitiesOf(body, options))
  const isManifest =
    content === 'job' &&
    upstream.status === 200 &&
    mediaTypeOf(upstream.headers.get('content-type')) === 'application/json'
  if (isManifest) return wholeBody(await manifestOf(body, map))
  return rewrittenBody(upstream, { map, isResource: content === 'resource' })
}

function answer(
  { status, headers: upstream }: OpenAnswer,
  { body, isUnchanged, length }: AnswerBody,
  { map, method }: AnswerOptions,
): FhirResponse {
  const headers = answerHeaders(upstream, {
    map,
    unchanged: isUnchanged,
    isAccepted: status === 202,
  })
  const isHeadOnly = method === 'HEAD' || WITHOUT_BODY.includes(status)
  // Clients exist that parse nothing as JSON because its type says so (FD-37), and API Gateway says
  // that it is JSON where nobody says anything.
  if (!body && !isHeadOnly) headers['content-type'] = 'text/plain'
  if (body && length !== undefined) headers['content-length'] = String(length)
  return { status, headers, body }
}

/** Why a successful answer cannot be passed on; `undefined` if it can. */
function faultOf({ status, headers }: OpenAnswer, isOpaque: boolean): string | undefined {
  if (status >= 300) return 'redirect'
  const contentType = headers.get('content-type') ?? ''
  const mediaType = mediaTypeOf(contentType)
  if (isOpaque) return isXml(mediaType) && mediaType.includes('fhir') ? 'media_type' : undefined

  if (!isJson(mediaType)) return 'media_type'
  if (foreignCharset(contentType)) return 'charset'
  const coding = headers.get('content-encoding') ?? 'identity'
  return coding.trim().toLowerCase() === 'identity' ? undefined : 'content_encoding'
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function invalid(reason: string): BrokerError {
  return new BrokerError('upstream_answer_invalid', { detail: { reason } })
}
