/**
 * What every AWS client of a function is made with.
 *
 * The SDK by itself waits for ever. With these limits a call that hangs fails and is repeated well
 * within the time that a function has for its store (4 seconds); every write of ours recognizes its
 * own repetition.
 */
export const AWS_CLIENT = {
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
}
