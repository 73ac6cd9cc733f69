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
    rows: [14],
    defence: 'A SessionID is in no row: its hash is the key',
    patch: {
      file: 'src/core/session/session-id.ts',
      find: "return createHash('sha256').update(sessionId.reveal()).digest('base64url')",
      replace: 'return sessionId.reveal()',
    },
    shownBy: unit(
      'test/unit/core/redirect/create-session.test.ts',
      'is kept under the hash of a SessionID of 256 random bits',
    ),
  },
  {
    rows: [32],
    defence: 'A row that DynamoDB has not deleted yet is dead to its readers',
    patch: {
      file: 'src/core/session/live-session.ts',
      find: "  if (now >= expiresAt) return { live: false, because: 'absolute_end' }\n",
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/session/live-session.test.ts',
      'judges a session that has reached its absolute end',
    ),
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
