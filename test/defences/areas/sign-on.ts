import { type Defence, unit } from '../defence.ts'

/** Sign-ons that are not OAuth's, and what the app is told of any. */
export const SIGN_ON_DEFENCES: readonly Defence[] = [
  {
    rows: [1, 2],
    defence: 'A signed link is good once',
    patch: {
      file: 'src/core/signed-link/sign-on-by-link.ts',
      find: "if (!isFirst) throw new BrokerError('link_used')",
      replace: 'void isFirst',
    },
    shownBy: unit('test/lambdas/signed-link.test.ts', 'is good once: a replay is refused'),
  },
  {
    rows: [1, 2],
    defence: 'A signed link is what the EHR signed, byte for byte',
    patch: {
      file: 'src/core/signed-link/check-hmac-link.ts',
      find: '    .includes(true)',
      replace: '    .concat(true).includes(true)',
    },
    shownBy: unit(
      'test/unit/core/signed-link/check-hmac-link.test.ts',
      'refuses reordered parameters',
    ),
  },
  {
    rows: [1, 2],
    defence: 'A signed link is good for minutes',
    patch: {
      file: 'src/core/signed-link/check-hmac-link.ts',
      find: "if (madeAt <= now - windowSeconds) throw refusedLink('link_expired', 'too_old')",
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/signed-link/check-hmac-link.test.ts',
      'judges a link made -300 s from now',
    ),
  },
  {
    rows: [2, 18],
    defence: 'A grant after a sign-on is about the same person and patient',
    patch: {
      file: 'src/core/redirect/join-sign-on.ts',
      find: 'if (wrong.length === 0) return',
      replace: 'if (wrong.length >= 0) return',
    },
    shownBy: unit(
      'test/unit/core/redirect/join-sign-on.test.ts',
      'is about the same person and patient',
    ),
  },
  {
    rows: [3],
    defence: 'No SessionID names the row of a connection’s own tokens',
    patch: {
      file: 'src/core/system-access/system-tokens-row.ts',
      find: ".digest('base64url') + SUFFIX",
      replace: ".digest('base64url')",
    },
    shownBy: unit(
      'test/unit/core/system-access/system-access-tokens.test.ts',
      'stands in a row that no SessionID names',
    ),
  },
  {
    rows: [3],
    defence: 'The browser is shown no SessionID',
    patch: {
      file: 'src/core/sso/complete-sign-on.ts',
      find: '      appName: parties.app.name,\n',
      replace: '      appName: parties.app.name + opened.handOver.session?.id,\n',
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'says the SessionID to the app alone'),
  },
  {
    rows: [3],
    defence: 'A ticket comes in a posted body, never in an address',
    patch: {
      file: 'lambdas/sso/handler.ts',
      find: "= formParameters(request).getAll('ticket')",
      replace:
        "= [...(request.multiValueQueryStringParameters?.['ticket'] ?? []), ...formParameters(request).getAll('ticket')]",
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'takes a ticket from a posted body'),
  },
  {
    rows: [11],
    defence: 'An app’s page is shown without our origin',
    patch: {
      file: 'src/http/pages/relayed-page.ts',
      find: "'sandbox allow-scripts allow-forms",
      replace: "'sandbox allow-same-origin allow-scripts allow-forms",
    },
    shownBy: unit('test/unit/http/pages/relayed-page.test.ts', 'has no origin of ours'),
  },
  {
    rows: [11],
    defence: 'An app’s page is shown only where the app is registered so',
    patch: {
      file: 'src/core/sso/judge-answer.ts',
      find: 'if (status === 200 && destination.showsHtml) {',
      replace: 'if (status === 200) {',
    },
    shownBy: unit('test/lambdas/sso-dispatch.test.ts', 'is refused where the app is not'),
  },
  {
    rows: [28],
    defence: 'A message of which a byte was written is not sent again',
    patch: {
      file: 'src/core/sso/dispatch-sso.ts',
      find: "code === 'upstream_unavailable' && NEVER_CONNECTED.includes(detail.reason ?? '')",
      replace: "code.startsWith('upstream_') && (NEVER_CONNECTED, detail) !== undefined",
    },
    shownBy: unit('test/lambdas/sso-dispatch.test.ts', 'is not sent again'),
  },
  {
    rows: [32],
    defence: 'No session ends because the connection’s own access is refused',
    patch: {
      file: 'src/core/fhir/send-upstream.ts',
      find: "if (session.authority !== 'system') await",
      replace: 'await',
    },
    shownBy: unit(
      'test/unit/core/fhir/send-upstream.test.ts',
      'says that the connection’s own access is refused',
    ),
  },
  {
    rows: [28],
    defence: 'An SSO message is for one app',
    patch: {
      file: 'src/core/sso/sso-message.ts',
      find: '      aud: destination.id,',
      replace: '',
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'signs with the newest secret'),
  },
  {
    rows: [28],
    defence: 'An SSO message under our own key has the algorithm that its app chose',
    patch: {
      file: 'src/core/sso/prove-message.ts',
      find: 'signers.find(({ alg }) => alg === signature)',
      replace: 'signers[0]',
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'signs with our own key for ES384'),
  },
  {
    rows: [28],
    defence: 'The client package takes an SSO message that is for this app only',
    patch: {
      file: 'client/verify-sso-message.ts',
      find: 'const common = { audience, ',
      replace: 'const common = { ...(audience && {}), ',
    },
    shownBy: unit(
      'test/unit/client/verify-sso-message.test.ts',
      'refuses a token with another audience',
    ),
  },
  {
    rows: [32],
    defence: 'The session of a sign-on that failed ends',
    patch: {
      file: 'src/core/sso/complete-sign-on.ts',
      find: '    await endSession(id)',
      replace: '    void endSession',
    },
    shownBy: unit('test/lambdas/sso.test.ts', 'ends when the app refuses it'),
  },
  {
    rows: [1, 2],
    defence: 'An EHR’s launch does not go past another way to sign on',
    patch: {
      file: 'src/core/launch/find-launch-connection.ts',
      find: 'candidates.filter(takesLaunches)',
      replace: 'candidates',
    },
    shownBy: unit(
      'test/unit/core/launch/find-launch-connection.test.ts',
      'does not go past the sign-on of',
    ),
  },
  {
    rows: [18],
    defence: 'A portal signs on patients, and those who act for them',
    patch: {
      file: 'src/core/redirect/check-patient-user.ts',
      find: 'if (isPortalUser) return',
      replace: 'if (isPortalUser !== undefined) return',
    },
    shownBy: unit('test/unit/core/redirect/check-patient-user.test.ts', 'is refused to'),
  },
  {
    rows: [1, 2],
    defence: 'A sign-on at a provider counts for a connection that still signs on there',
    patch: {
      file: 'src/core/redirect/launch-parties.ts',
      find: 'if (!signsOnFor || !isOidcConnection(signsOnFor)) return undefined',
      replace: 'if (!signsOnFor || !(isOidcConnection(signsOnFor) || signsOn)) return undefined',
    },
    shownBy: unit('test/unit/core/redirect/launch-parties.test.ts', 'is of no connection that'),
  },
  {
    rows: [1, 2],
    defence: 'A JWT link is for this deployment',
    patch: {
      file: 'src/core/signed-link/check-jwt-link.ts',
      find: '    audience: link.audience,',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/signed-link/check-jwt-link.test.ts',
      'refuses one for another audience',
    ),
  },
]
