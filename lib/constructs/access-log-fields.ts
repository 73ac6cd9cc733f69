import { AccessLogField } from 'aws-cdk-lib/aws-apigateway'

/**
 * All that the access log says of a request. It names the route by its pattern and never by `path`,
 * which has patient ids in it; queries, bodies and headers, with codes and SessionIDs, have no field.
 */
export const ACCESS_LOG_FIELDS = {
  requestId: AccessLogField.contextRequestId(),
  requestTime: AccessLogField.contextRequestTimeEpoch(),
  httpMethod: AccessLogField.contextHttpMethod(),
  resourcePath: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  sourceIp: AccessLogField.contextIdentitySourceIp(),
  protocol: AccessLogField.contextProtocol(),
  responseLength: AccessLogField.contextResponseLength(),
  responseLatency: AccessLogField.contextResponseLatency(),
  integrationStatus: AccessLogField.contextIntegrationStatus(),
  integrationLatency: AccessLogField.contextIntegrationLatency(),
  gatewayResponse: AccessLogField.contextErrorResponseType(),
} as const
