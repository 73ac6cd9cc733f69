import { DOORS } from './routes.ts'

/** The functions by their folders under `lambdas/`: the doors, then those that nobody calls. */
export const FUNCTION_NAMES = [...DOORS, 'refresher', 'webhooks'] as const

export type FunctionName = (typeof FUNCTION_NAMES)[number]
