import { type Defence, unit } from '../defence.ts'

/** Where the broker’s own requests go. */
export const EGRESS_DEFENCES: readonly Defence[] = [
  {
    rows: [9],
    defence: 'Private, link-local and reserved addresses are out of reach',
    patch: {
      file: 'src/adapters/egress/address-rule.ts',
      find: "if (parsed.range() !== 'unicast') return false",
      replace: '',
    },
    shownBy: unit(
      'test/unit/adapters/egress/address-rule.test.ts',
      'never lets an IPv4 address of a special range pass as public',
    ),
  },
  {
    rows: [9],
    defence: 'One forbidden address of a name refuses them all',
    patch: {
      file: 'src/adapters/egress/checked-lookup.ts',
      find: '!addresses.every(',
      replace: '!addresses.some(',
    },
    shownBy: unit('test/unit/adapters/egress/egress.test.ts', 'refuses a name that resolves to'),
  },
  {
    rows: [9],
    defence: 'A request goes to the hosts of its registration only',
    patch: {
      file: 'src/adapters/egress/permitted-url.ts',
      find: 'if (hosts && ',
      replace: 'if (hosts?.length === 0 && ',
    },
    shownBy: unit('test/unit/adapters/egress/egress.test.ts', 'goes only to the hosts it is given'),
  },
  {
    rows: [30],
    defence: 'Certificates are verified',
    patch: {
      file: 'src/adapters/egress/exchange.ts',
      find: '      agent,\n    })',
      replace: '      agent,\n      rejectUnauthorized: false,\n    })',
    },
    shownBy: unit(
      'test/unit/adapters/egress/egress-tls.test.ts',
      'sends nothing to a server whose certificate nobody vouches for',
    ),
  },
  {
    rows: [30],
    defence: 'Nothing can turn the verification of certificates off',
    patch: {
      file: 'src/adapters/egress/agents.ts',
      find: 'keepAlive: true, timeout: IDLE_MS',
      replace: 'keepAlive: true, timeout: IDLE_MS, rejectUnauthorized: false',
    },
    shownBy: unit('test/unit/rules/rules.test.ts', 'never turns the verification of certificates'),
  },
]
