/** Under what the functions count, and an alarm looks. */
export const METRICS = { namespace: 'Sallyport', service: 'sallyport' } as const

/** Metrics that an alarm of the stack watches: the functions give them no dimension but the service. */
export const ALARMED_METRICS = { tokensRefused: 'TokensRefused' } as const
