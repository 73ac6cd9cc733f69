import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway'
import { ROUTES, type Throttle } from './routes.ts'

/** API Gateway has settings for single methods only, also where a route takes any. */
const ANY = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/**
 * The settings of the methods that have a limit of their own.
 *
 * @param given limits of a deployment, by method and path, in place of the routes'
 * @param others the stage's other settings: a method's replace them, all of them
 */
export function methodThrottles(
  given: Readonly<Record<string, Throttle | undefined>>,
  others: MethodDeploymentOptions,
): Record<string, MethodDeploymentOptions> {
  const settings = ROUTES.flatMap(({ path, methods, throttle: usual }) =>
    methods.flatMap((method) => {
      const throttle = given[`${method} ${path}`] ?? usual
      if (throttle === undefined) return []
      const setting = {
        ...others,
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
      }
      return (method === 'ANY' ? ANY : [method]).map((one) => [`${path}/${one}`, setting] as const)
    }),
  )
  return Object.fromEntries(settings)
}
