/** `$context` of one request, by the names that templates and log formats use. */
export type ContextVariables = Readonly<Record<string, string | number | undefined>>

/** The variables that have a value here, now or never. */
const KNOWN: readonly string[] = [
  'accountId',
  'apiId',
  'awsEndpointRequestId',
  'deploymentId',
  'domainName',
  'domainPrefix',
  'error.message',
  'error.messageString',
  'error.responseType',
  'extendedRequestId',
  'httpMethod',
  'identity.accountId',
  'identity.apiKey',
  'identity.caller',
  'identity.sourceIp',
  'identity.user',
  'identity.userAgent',
  'identity.userArn',
  'integration.error',
  'integration.integrationStatus',
  'integration.latency',
  'integration.requestId',
  'integration.status',
  'integrationErrorMessage',
  'integrationLatency',
  'integrationStatus',
  'path',
  'protocol',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'resourceId',
  'resourcePath',
  'responseLatency',
  'responseLength',
  'responseTransferMode',
  'stage',
  'status',
  'waf.error',
  'waf.latency',
  'waf.status',
  'wafResponseCode',
  'webaclArn',
  'xrayTraceId',
]

const VARIABLE = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g

/**
 * Puts a request's values in the place of a template's `$context` variables; one without a value
 * becomes `-`, as in an access log.
 */
export type ContextTemplate = (context: ContextVariables) => string

/** @throws Error for a variable, or any other template code, that is not known here */
export function contextTemplate(template: string): ContextTemplate {
  for (const [, name = ''] of template.matchAll(VARIABLE)) {
    if (!KNOWN.includes(name)) throw new Error(`The local runtime does not know $context.${name}`)
  }
  if (/[$#]/.test(template.replace(VARIABLE, ''))) {
    throw new Error('The local runtime knows no template code but $context variables')
  }
  return (context) => template.replace(VARIABLE, (_, name: string) => String(context[name] ?? '-'))
}
