/** How often a webhook is tried before it is a dead letter: the queue counts, the core waits. */
export const WEBHOOK_ATTEMPTS = 10
