/** Seconds since 1970-01-01T00:00:00Z, as OAuth and DynamoDB TTL count them. */
export type EpochSeconds = number

/** What time it is; handed in, so that a test can say. */
export type Clock = () => EpochSeconds

/** The clock of the machine. */
export const systemClock: Clock = () => Math.floor(Date.now() / 1000)
