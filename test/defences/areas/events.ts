import { type Defence, stack, unit } from '../defence.ts'

const VERIFY_TOKEN = 'test/unit/core/logout/verify-logout-token.test.ts'
const VERIFY_WEBHOOK = 'test/unit/client/verify-webhook.test.ts'

/** What is told of sessions, to whom, and what ends them from outside. */
export const EVENTS_DEFENCES: readonly Defence[] = [
  {
    rows: [19, 28],
    defence: 'A webhook holds the known members of an event, and nothing that somebody put beside',
    patch: {
      file: 'src/core/webhooks/told-event.ts',
      find: 'const names = [...REQUIRED, ...OPTIONAL.filter(isGood)]',
      replace: 'const names = Object.keys(members)',
    },
    shownBy: unit('test/unit/core/webhooks/told-event.test.ts', 'is its known members'),
  },
  {
    rows: [28],
    defence: 'A webhook’s signature covers its id and time',
    patch: {
      file: 'src/core/webhooks/sign-webhook.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      find: '`${id}.${timestamp}.${body}`',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source, as it stands
      replace: '`${body}`',
    },
    shownBy: unit('test/unit/core/webhooks/sign-webhook.test.ts', 'is what the Standard Webhooks'),
  },
  {
    rows: [28],
    defence: 'A webhook is never sent unsigned',
    patch: {
      file: 'src/core/webhooks/deliver-webhook.ts',
      find: "if (keys.length === 0) return failed({ reason: 'secret_missing' })",
      replace: '',
    },
    shownBy: unit('test/unit/core/webhooks/deliver-webhook.test.ts', 'is never posted unsigned'),
  },
  {
    rows: [9, 28],
    defence: 'A webhook goes to its registered host alone',
    patch: {
      file: 'src/core/webhooks/deliver-webhook.ts',
      find: 'hosts: [new URL(url).host], ',
      replace: '',
    },
    shownBy: unit(
      'test/unit/core/webhooks/deliver-webhook.test.ts',
      'is posted to its registered host alone',
    ),
  },
  {
    rows: [28],
    defence: 'The app’s side refuses what the broker did not sign',
    patch: {
      file: 'client/verify-webhook.ts',
      find: 'if (!(await isSigned(content, signatures, keys)))',
      replace: 'if (keys.length === 0)',
    },
    shownBy: unit(VERIFY_WEBHOOK, 'refuses what is not signed by the broker'),
  },
  {
    rows: [28],
    defence: 'The app’s side refuses what was sent long ago',
    patch: {
      file: 'client/verify-webhook.ts',
      find: '(trust.toleranceSeconds ?? TOLERANCE_SECONDS)',
      replace: 'Number.POSITIVE_INFINITY',
    },
    shownBy: unit(VERIFY_WEBHOOK, 'seconds from now'),
  },
  {
    rows: [28],
    defence: 'The queue of webhooks is filled by the rule alone',
    patch: {
      file: 'lib/constructs/webhook-delivery.ts',
      find: "        conditions: { ArnLike: { 'aws:SourceArn': ruleArn } },\n",
      replace: '',
    },
    shownBy: stack('test/stack/webhooks.test.ts', 'may be put there by this rule alone'),
  },
  {
    rows: [32],
    defence: 'A logout token has the logout event',
    patch: {
      file: 'src/core/logout/verify-logout-token.ts',
      find: "  if (!isLogoutEvent(events)) throw invalid('events')\n",
      replace: '',
    },
    shownBy: unit(VERIFY_TOKEN, 'is refused for its events'),
  },
  {
    rows: [32],
    defence: 'No ID token passes for a logout token',
    patch: {
      file: 'src/core/logout/verify-logout-token.ts',
      find: "  if (nonce !== undefined) throw invalid('nonce')\n",
      replace: '',
    },
    shownBy: unit(VERIFY_TOKEN, 'is refused for its nonce'),
  },
  {
    rows: [32],
    defence: 'A logout token is for our client, of this provider',
    patch: {
      file: 'src/core/logout/verify-logout-token.ts',
      find: '      audience: clientId,\n',
      replace: '',
    },
    shownBy: unit(VERIFY_TOKEN, 'is refused for its aud'),
  },
  {
    rows: [32],
    defence: 'A logout token is good once',
    patch: {
      file: 'src/core/logout/log-out.ts',
      find: 'if (!isFirst)',
      replace: 'if (!isFirst && false)',
    },
    shownBy: unit('test/unit/core/logout/log-out.test.ts', 'is taken once'),
  },
  {
    rows: [32],
    defence: 'A logout token is under a name that its provider has',
    patch: {
      file: 'src/core/logout/log-out.ts',
      find: 'claimed !== undefined && provider.accepts(claimed)',
      replace: 'claimed !== undefined',
    },
    shownBy: unit(
      'test/unit/core/logout/log-out.test.ts',
      'signs nobody off under a name that is not its own',
    ),
  },
  {
    rows: [32],
    defence: 'A front-channel logout is of the provider that the connection is at',
    patch: {
      file: 'src/core/logout/log-out.ts',
      find: 'if (iss === null || !accepts(iss))',
      replace: 'if (iss === null)',
    },
    shownBy: unit('test/unit/core/logout/log-out.test.ts', 'of another provider'),
  },
]
