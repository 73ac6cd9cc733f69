import { contract, type Defence, unit } from '../defence.ts'

/** Refresh tokens: who may present one, and what a row's ciphertext has to be. */
export const TOKEN_DEFENCES: readonly Defence[] = [
  {
    rows: [16],
    defence: 'A lease is taken only with the reading that saw the row as it is',
    patch: {
      file: 'src/adapters/dynamodb/session-store.ts',
      find: "'attribute_not_exists(leaseOwner)' : 'leaseOwner = :dead'",
      replace: "'attribute_not_exists(leaseOwner)' : ':dead = :dead'",
    },
    shownBy: contract(
      'test/contract/dynamodb-session-store.test.ts',
      'refuses where the owner that was found dead has stored meanwhile',
    ),
  },
  {
    rows: [16],
    defence: 'A refresh token is presented by the client that it was issued to, and no other',
    patch: {
      file: 'src/core/tokens/client-issued-to.ts',
      find: ': { ...registration, clientId }',
      replace: ': registration',
    },
    shownBy: unit(
      'test/unit/core/tokens/changed-configuration.test.ts',
      'has the token presented by the client it was issued to',
    ),
  },
  {
    rows: [24],
    defence: 'A data key that many need at once is asked of KMS once',
    patch: {
      file: 'src/adapters/kms/single-flight-materials.ts',
      find: 'if (flight !== undefined) {',
      replace: 'if (flight === null) {',
    },
    shownBy: contract(
      'test/contract/kms-token-vault.test.ts',
      'asks KMS once for a data key that many need at once, to seal and to open',
    ),
  },
  {
    rows: [24],
    defence:
      'While KMS does not answer, no session is taken for over by who waited for another’s call',
    patch: {
      file: 'src/adapters/kms/single-flight-materials.ts',
      find: 'await flight.catch(() => undefined)',
      replace: 'await flight',
    },
    shownBy: contract(
      'test/contract/kms-token-vault.test.ts',
      'says of no session that it is over while KMS is out of reach, to any of many who ask',
    ),
  },
  {
    rows: [16],
    defence: 'A holder that was taken for dead stores nothing',
    patch: {
      file: 'src/adapters/dynamodb/session-store.ts',
      find: "const HELD = 'fence = :fence AND leaseOwner = :owner'",
      replace: "const HELD = '(:fence = :fence OR leaseOwner = :owner)'",
    },
    shownBy: contract(
      'test/contract/dynamodb-session-store.test.ts',
      'refuses a holder that was taken for dead',
    ),
  },
  {
    rows: [16],
    defence: 'No lease is taken over for its holder’s clock alone',
    patch: {
      file: 'src/core/tokens/lease-observer.ts',
      find: 'now > lease.until + CLOCK_DIFFERENCE_SECONDS',
      replace: 'now > lease.until',
    },
    shownBy: unit(
      'test/unit/core/tokens/lease-observer.test.ts',
      'does not believe `until` for as long as clocks may differ',
    ),
  },
  {
    rows: [16],
    defence: 'A refresh token is not presented again where that revokes the grant',
    patch: {
      file: 'src/core/tokens/decide-refresh.ts',
      find: "known.reuse !== 'revokes' && ",
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/tokens/decide-refresh.test.ts',
      'says of a chain in doubt that nobody presents it',
    ),
  },
  {
    rows: [16],
    defence: 'A second presentation is journaled before',
    patch: {
      file: 'src/core/tokens/renewal-lease.ts',
      find: "({ ...row.attempt, phase: 'taking-over' } as const)",
      replace: 'row.attempt',
    },
    shownBy: unit(
      'test/unit/core/tokens/access-tokens.test.ts',
      'presents the refresh token once more, and says so in the row before',
    ),
  },
  {
    rows: [16],
    defence: 'Tokens of another session are not opened',
    patch: {
      file: 'src/adapters/kms/sealed-payload.ts',
      find: "if (binding.session !== expected.session) return 'vault_session_mismatch'",
      replace: '',
    },
    shownBy: contract('test/contract/kms-token-vault.test.ts', 'opens nothing under'),
  },
  {
    rows: [16],
    defence: 'Tokens that are refused raise an alarm',
    patch: {
      file: 'src/core/tokens/vault-refusal.ts',
      find: "metrics.add({ name: 'TokensRefused' })",
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/tokens/access-tokens.test.ts',
      'opens nothing that was put into the row from another session, alarms',
    ),
  },
  {
    rows: [16],
    defence: 'Older tokens are not opened in the place of newer ones',
    patch: {
      file: 'src/adapters/kms/sealed-payload.ts',
      find: "binding.tokenVersion === expected.tokenVersion ? undefined : 'vault_version_mismatch'",
      replace: 'undefined',
    },
    shownBy: contract('test/contract/kms-token-vault.test.ts', 'opens nothing under'),
  },
  {
    rows: [16],
    defence: 'A session of a restored table does not live again',
    patch: {
      file: 'src/adapters/dynamodb/restored-sessions.ts',
      find: "status: 'ending',",
      replace: 'status: session.status,',
    },
    shownBy: unit(
      'test/unit/cli/end-restored.test.ts',
      'gives each session of the copy a row that is ending and due, held by nobody, and tells its app',
    ),
  },
  {
    rows: [16],
    defence: 'A restored session does not take the place of a newer one',
    patch: {
      file: 'src/adapters/dynamodb/restored-sessions.ts',
      find: "ConditionExpression: 'attribute_not_exists(id)',",
      replace: '',
    },
    shownBy: unit(
      'test/unit/cli/end-restored.test.ts',
      'leaves a session as it is that the table has: what it has is newer',
    ),
  },
]
