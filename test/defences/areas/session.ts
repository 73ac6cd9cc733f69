import { contract, type Defence, unit } from '../defence.ts'

/** Whose session it is. */
export const SESSION_DEFENCES: readonly Defence[] = [
  {
    rows: [14],
    defence: 'A SessionID in the query stays here',
    patch: {
      file: 'src/core/fhir/upstream-request.ts',
      find: 'name !== SESSION_PARAMETER && ',
      replace: '',
    },
    shownBy: unit('test/unit/core/fhir/upstream-request.test.ts', 'leaves the session out'),
  },
  {
    rows: [14, 15],
    defence: 'A session is its own app’s only',
    patch: {
      file: 'src/core/session/find-session.ts',
      find: '!session || session.app !== app',
      replace: '!session',
    },
    shownBy: unit('test/lambdas/fhir.test.ts', 'an idle one and another app’s'),
  },
  {
    rows: [15],
    defence: 'What was sealed for one session, version or connection opens for no other',
    patch: {
      file: 'src/adapters/kms/token-vault.ts',
      find: 'if (mismatch) throw vaultRefusal(mismatch)',
      replace: '',
    },
    shownBy: contract('test/contract/kms-token-vault.test.ts', 'opens nothing under another'),
  },
  {
    rows: [15],
    defence: 'What KMS and its log are told of a ciphertext is true of it',
    patch: {
      file: 'src/adapters/kms/token-vault.ts',
      find: 'if (ofHead) throw vaultRefusal(ofHead)',
      replace: '',
    },
    shownBy: contract(
      'test/contract/kms-token-vault.test.ts',
      'opens nothing that was sealed for another purpose, or claims another connection',
    ),
  },
]
