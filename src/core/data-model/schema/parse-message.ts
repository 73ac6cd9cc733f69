import type * as z from 'zod/mini'
import { BrokerError } from '#core/errors.ts'

/**
 * A message in the form of its model.
 *
 * @throws BrokerError `data_model_message_invalid`, with the first field at fault and the type expected
 */
export function parseMessage<Message>(schema: z.ZodMiniType<Message>, message: unknown): Message {
  const parsed = schema.safeParse(message)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new BrokerError('data_model_message_invalid', {
    hint: issue ? `${pathOf(issue.path)} ${expectation(issue)}` : '',
  })
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be of the type ${issue.expected}.`
  if (issue.code === 'too_small') return 'must not be empty.'
  // A union of the type and null.
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().find((one) => one.code === 'invalid_type')
    if (inner) return expectation(inner)
  }
  return 'has a value that is not taken here.'
}

/** `Patient.Identifiers[0].ID`. The names are the schema's, as nothing else is looked at. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (before, part) =>
      typeof part === 'number'
        ? `${before}[${part}]`
        : before === ''
          ? String(part)
          : `${before}.${String(part)}`,
    '',
  )
}
