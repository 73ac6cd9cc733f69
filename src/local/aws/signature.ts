import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AccessKeys, Caller } from './access-keys.ts'
import { AwsError } from './aws-error.ts'

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/

/**
 * The caller that signed a request.
 *
 * The time of signing is not judged: clocks are shifted here at will.
 *
 * @throws AwsError as AWS words it: no signature, an unknown key, or a signature that does not fit
 * @see [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
 */
export function authenticate(request: IncomingMessage, body: Buffer, keys: AccessKeys): Caller {
  const { authorization } = request.headers
  if (!authorization) {
    throw new AwsError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    )
  }
  const [, accessKeyId = '', date = '', region = '', service = '', names = '', signature = ''] =
    AUTHORIZATION.exec(authorization) ?? []
  const key = keys.find(accessKeyId)
  if (!key) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  }

  const canonicalRequest = [
    request.method,
    request.url,
    '',
    ...names.split(';').map((name) => `${name}:${headerText(request, name)}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    headerText(request, 'x-amz-date'),
    scope,
    createHash('sha256').update(canonicalRequest).digest('hex'),
  ].join('\n')
  const signingKey = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${key.secret}`)

  if (!timingSafeEqual(hmac(signingKey, stringToSign), Buffer.from(signature, 'hex'))) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    )
  }
  const { secret: _, ...caller } = key
  return caller
}

function hmac(secret: string | Buffer, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

function headerText(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ')
}
