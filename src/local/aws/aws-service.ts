import * as z from 'zod'
import { AwsError } from './aws-error.ts'

/** One operation of a service: the call's JSON in, the answer's JSON out. */
export type AwsOperation = (input: Readonly<Record<string, unknown>>) => Promise<object>

/** A service's operations by their name on the wire. */
export type AwsService = Readonly<Record<string, AwsOperation>>

/**
 * An operation that takes exactly the parameters of `schema`.
 *
 * A parameter that is not in it is refused: to ignore what a caller asks for would be to promise
 * what AWS alone does.
 */
export function operation<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  serve: (input: z.output<z.ZodObject<Shape>>) => Promise<object> | object,
): AwsOperation {
  return async (input) => {
    const parsed = schema.strict().safeParse(input)
    if (!parsed.success) {
      throw new AwsError(
        'ValidationException',
        `The local runtime refuses the parameters. ${z.prettifyError(parsed.error)}`,
      )
    }
    return serve(parsed.data as z.output<z.ZodObject<Shape>>)
  }
}

/** Bytes, as the JSON protocol of AWS carries them. */
export const blob = z.base64().transform((text) => Buffer.from(text, 'base64'))
