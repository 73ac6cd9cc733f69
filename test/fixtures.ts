/** When it is, in every test that asks. */
export const NOW = 1_767_225_600
