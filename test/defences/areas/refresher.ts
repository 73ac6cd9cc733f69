import { contract, type Defence, unit } from '../defence.ts'

/** What the refresher does about sessions that are over. */
export const REFRESHER_DEFENCES: readonly Defence[] = [
  {
    rows: [32],
    defence: 'The tokens of a session that is over are revoked',
    patch: {
      file: 'src/core/refresher/end-due-session.ts',
      find: '(tokens) => revokeTokens(session, tokens),',
      replace: "(): Revocation => ({ outcome: 'not_offered', detail: {} }),",
    },
    shownBy: unit(
      'test/unit/core/refresher/end-due-session.test.ts',
      'is marked, its tokens revoked and its row removed',
    ),
  },
  {
    rows: [32],
    defence: 'Revoking that fails does not keep a session',
    patch: {
      file: 'src/core/refresher/end-due-session.ts',
      find: "outcome === 'failed' && !isTriedOut",
      replace: "outcome === 'failed'",
    },
    shownBy: unit(
      'test/unit/core/refresher/end-due-session.test.ts',
      'stays over, and is tried once in each run for ten minutes',
    ),
  },
  {
    rows: [32],
    defence: 'A renewal under way does not put off the end of its session',
    patch: {
      file: 'src/adapters/dynamodb/session-store.ts',
      find: 'const isLookedAt = isActive && dueAt !== undefined',
      replace: 'const isLookedAt = dueAt !== undefined',
    },
    shownBy: contract(
      'test/contract/dynamodb-session-store.test.ts',
      'does not put off when a session that is ending is due',
    ),
  },
  {
    rows: [32],
    defence: 'A session that nobody renews ahead is looked at when it may be over',
    patch: {
      file: 'src/core/refresher/work-due-session.ts',
      find: 'if (next > session.dueAt) await',
      replace: 'if (next < session.dueAt) await',
    },
    shownBy: unit(
      'test/unit/core/refresher/sweep.test.ts',
      'looks again at a session that is renewed by who asks',
    ),
  },
  {
    rows: [32],
    defence: 'The refresher keeps nobody signed on at the EHR whose access is for their presence',
    patch: {
      file: 'src/core/tokens/refresh-timing.ts',
      find: ' && !isOnlineOnly(session.scopes)',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/tokens/refresh-timing.test.ts',
      'has tokens that are good while the person is there renewed by who asks',
    ),
  },
  {
    rows: [32],
    defence: 'Tokens are revoked at the server that they are from, and sent to no other',
    patch: {
      file: 'src/core/tokens/revoke-tokens.ts',
      find: 'issuer !== tokens.issuer || token_endpoint !== tokens.tokenEndpoint',
      replace: "issuer === ''",
    },
    shownBy: unit(
      'test/unit/core/tokens/revoke-tokens.test.ts',
      'sends no token to a server that is another issuer now',
    ),
  },
]
