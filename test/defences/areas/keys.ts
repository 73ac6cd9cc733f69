import { contract, type Defence, stack, unit } from '../defence.ts'

/** Keys that are rotated while what the old ones made is alive. */
export const KEY_DEFENCES: readonly Defence[] = [
  {
    rows: [31],
    defence: 'Every assertions key is published, and not only the one that signs',
    patch: {
      file: 'lambdas/token/handler.ts',
      find: 'publish(deps.assertions)',
      replace: 'publish(deps.assertions.slice(0, 1))',
    },
    shownBy: unit('test/lambdas/token.test.ts', 'publishes every assertions key'),
  },
  {
    rows: [6],
    defence: 'What signs SSO messages is in no key set that EHRs read',
    patch: {
      file: 'lambdas/token/handler.ts',
      find: 'publish(deps.assertions)',
      replace: 'publish([...deps.assertions, ...deps.messages])',
    },
    shownBy: unit(
      'test/lambdas/token.test.ts',
      'publishes the keys of messages in a set of their own, and no EHR that reads ours takes what they sign',
    ),
  },
  {
    rows: [31],
    defence: 'A key of assertions that is only published signs nothing',
    patch: {
      file: 'lib/constructs/assertions-keys.ts',
      find: 'all.findIndex((other) => other.algorithm === algorithm) === index',
      replace: 'index < all.length',
    },
    shownBy: stack('test/stack/key-generations.test.ts', 'sign with the first key of each'),
  },
  {
    rows: [31],
    defence: 'An assertion is signed with what its EHR takes, while keys of two algorithms live',
    patch: {
      file: 'src/core/oauth/client-authentication.ts',
      find: "assertionAlgorithm === 'any'\n    ? signers[0]",
      replace: 'assertionAlgorithm !== undefined\n    ? signers[0]',
    },
    shownBy: unit(
      'test/unit/core/oauth/client-authentication.test.ts',
      'signs with what the EHR wants, of the keys',
    ),
  },
  {
    rows: [31],
    defence: 'What a former key sealed opens',
    patch: {
      file: 'src/adapters/kms/token-vault.ts',
      find: 'keyIds: [...keyArns]',
      replace: 'keyIds: [keyArns[0]]',
    },
    shownBy: contract(
      'test/contract/sealed-sessions.test.ts',
      'seals under the first, and opens what either sealed',
    ),
  },
  {
    rows: [31],
    defence: 'Sealing anew leaves a session alone that is being renewed',
    patch: {
      file: 'src/adapters/dynamodb/sealed-sessions.ts',
      find: 'tokenVersion = :version AND attribute_not_exists(leaseOwner)',
      replace: 'tokenVersion = :version',
    },
    shownBy: contract(
      'test/contract/sealed-sessions.test.ts',
      'leaves a session that is being renewed to its holder',
    ),
  },
]
