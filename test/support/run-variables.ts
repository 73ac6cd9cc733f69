/** Names the folder into which a run of the tests writes which grants it used; none, and it does not. */
export const USED_GRANTS_VARIABLE = 'SALLYPORT_USED_GRANTS'

/** The seed of what the soak leaves to chance; each run has another, and prints it. */
export const SOAK_SEED_VARIABLE = 'SOAK_SEED'

/** Names the packed state that the test of upgrades goes on with, in place of the former release's. */
export const STATE_VARIABLE = 'SALLYPORT_STATE'

/** With it, the test of all pages takes their pictures: `npm run pictures`. */
export const TAKE_PICTURES_VARIABLE = 'SALLYPORT_TAKE_PICTURES'
