import type { AccessKey } from '#local/aws/access-keys.ts'

/** Of every instance: on AWS each has another. */
export const LOG_STREAM = 'local'

export interface FunctionEnvironmentOptions {
  readonly name: string
  readonly handler: string
  readonly taskRoot: string
  readonly memoryMb: number
  readonly logGroup: string
  readonly variables: Readonly<Record<string, string>>
  readonly region: string
  readonly endpoint: string
  readonly credentials: AccessKey
}

/** A function's environment: the template's variables and those that Lambda reserves. */
export function functionEnvironment(options: FunctionEnvironmentOptions): Record<string, string> {
  return {
    ...options.variables,
    _HANDLER: options.handler,
    AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: options.region,
    AWS_REGION: options.region,
    AWS_ENDPOINT_URL: options.endpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: options.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: options.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    LAMBDA_TASK_ROOT: options.taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  }
}
