import { contract, type Defence, unit } from '../defence.ts'

/** The launch and its answer, in one browser, once. */
export const LAUNCH_DEFENCES: readonly Defence[] = [
  {
    rows: [1],
    defence: 'A launch begins by navigation only',
    patch: {
      file: 'src/http/require-navigation.ts',
      find: "mode !== undefined && mode !== 'navigate'",
      replace: "mode === 'never'",
    },
    shownBy: unit('test/lambdas/launch.test.ts', 'begins by a navigation only'),
  },
  {
    rows: [1, 7],
    defence: 'A state and a ticket are taken once',
    patch: {
      file: 'src/adapters/dynamodb/one-time-store.ts',
      find: '(attribute_not_exists(takenBy) OR takenBy = :nonce)',
      replace: '(attribute_exists(id) OR takenBy = :nonce)',
    },
    shownBy: contract(
      'test/contract/dynamodb-one-time-store.test.ts',
      'gives a record to exactly one of fifty concurrent takers',
    ),
  },
  {
    rows: [1, 2],
    defence: 'A state and a ticket are taken in the browser that launched only',
    patch: {
      file: 'src/adapters/dynamodb/one-time-store.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      find: "`cookieHash IN (${Object.keys(hashValues).join(', ')})",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      replace: "`(attribute_exists(id) OR cookieHash IN (${Object.keys(hashValues).join(', ')}))",
    },
    shownBy: contract(
      'test/contract/dynamodb-one-time-store.test.ts',
      'takes nothing for a wrong browser',
    ),
  },
  {
    rows: [2, 3],
    defence: 'A ticket is posted by our own page only',
    patch: {
      file: 'lambdas/sso/handler.ts',
      find: "(site) => site !== 'same-origin'",
      replace: '() => false',
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'is not taken from'),
  },
  {
    rows: [7],
    defence: 'Every authorization request has an S256 challenge',
    patch: {
      file: 'src/core/launch/authorization-request.ts',
      find: "code_challenge_method: 'S256'",
      replace: "code_challenge_method: 'plain'",
    },
    shownBy: unit('test/lambdas/launch.test.ts', 'asks with an S256 challenge'),
  },
  {
    rows: [7],
    defence: 'An ID token is this launch’s, by its nonce',
    patch: {
      file: 'src/core/redirect/check-id-token.ts',
      find: '? launch.nonce',
      replace: '? (claimed.nonce as string)',
    },
    shownBy: unit(
      'test/unit/core/redirect/check-id-token.test.ts',
      'refuses one with another nonce (RP-18)',
    ),
  },
]
