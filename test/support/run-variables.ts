/** Names the folder into which a run of the tests writes which grants it used; none, and it does not. */
export const USED_GRANTS_VARIABLE = 'SALLYPORT_USED_GRANTS'
