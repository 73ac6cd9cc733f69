import { ClientError } from '@sallyport/client'

/** The status that tells the broker why its message or webhook was not taken; 500 for what is our own fault. */
export function statusFor(error: unknown): number {
  if (!(error instanceof ClientError)) return 500
  if (error.code === 'message_invalid') return 400
  return /^(token|webhook)_|^subject_mismatch$/.test(error.code) ? 401 : 500
}
