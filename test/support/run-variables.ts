/** Names the folder into which a run of the tests writes which grants it used; none, and it does not. */
export const USED_GRANTS_VARIABLE = 'SALLYPORT_USED_GRANTS'

/** Names an assembly for the flow tests to run, in place of one that is synthesized. */
export const ASSEMBLY_VARIABLE = 'SALLYPORT_ASSEMBLY'

/** The seed of what the soak leaves to chance; each run has another, and prints it. */
export const SOAK_SEED_VARIABLE = 'SOAK_SEED'
