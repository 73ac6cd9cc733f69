import * as z from 'zod'

/** A text of one form; who gets it wrong is told `remedy`. */
export function text(form: RegExp, remedy: string, description: string) {
  return z.string().regex(form, remedy).describe(description)
}

/** A whole number within limits, both included. */
export function count(least: number, most: number, description: string) {
  return z
    .int(`Write a whole number from ${least} to ${most}.`)
    .min(least, `Write a whole number from ${least} to ${most}.`)
    .max(most, `Write a whole number from ${least} to ${most}.`)
    .describe(description)
}

/** What begins names: letters, digits and hyphens, short enough for what is put behind it. */
export function namePart(description: string) {
  return text(
    /^[A-Za-z][A-Za-z0-9-]{0,39}$/,
    'Begin with a letter, and use up to 40 letters, digits and hyphens.',
    description,
  )
}

/** The ARN of a resource of one service. */
export function arn(service: string, resource: string, description: string) {
  return text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`),
    `Write the whole ARN of it, as arn:aws:${service}:…, with its account’s twelve digits.`,
    description,
  )
}

/** An id as EC2 and Route 53 make them. */
export function resourceId(form: RegExp, example: string, description: string) {
  return text(form, `Write its id, as ${example}.`, description)
}

/** An IAM role; an asterisk stands for any text, as in the paths of IAM Identity Center’s roles. */
export const role = text(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@*/-]+$/,
  'Write the ARN of a role, as arn:aws:iam::123456789012:role/name; an asterisk stands for any text.',
  'The ARN of an IAM role; an asterisk stands for any text.',
)

/** How long CloudWatch Logs can keep what is in a log group, in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const

/** Days that a log group keeps what is in it. */
export function retentionDays(description: string) {
  return z
    .literal(
      RETENTION_DAYS,
      `CloudWatch Logs keeps for one of these days: ${RETENTION_DAYS.join(', ')}.`,
    )
    .describe(description)
}
