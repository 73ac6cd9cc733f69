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
    rows: [9],
    defence: 'An IPv4 address inside an IPv6 one is out of reach',
    patch: {
      file: 'src/adapters/egress/address-rule.ts',
      find: 'const parsed = ipaddr.parse(address)',
      replace: 'const parsed = ipaddr.process(address)',
    },
    shownBy: unit(
      'test/unit/adapters/egress/address-rule.test.ts',
      'lets no IPv4 address carried in an IPv6 one pass',
    ),
  },
  {
    rows: [9],
    defence: 'A connection goes to the addresses that were checked',
    patch: {
      file: 'src/adapters/egress/exchange.ts',
      find: '    lookup,\n',
      replace: '',
    },
    shownBy: unit(
      'test/unit/adapters/egress/egress.test.ts',
      'connects to the address that was checked: a name is asked once for a connection',
    ),
  },
  {
    rows: [9],
    defence: 'A redirect is handed back, and not followed',
    patch: {
      file: 'src/adapters/egress/egress.ts',
      find: 'if (!hasBody(message)) return new Response(null, { status, headers })',
      replace:
        "const next = headers.get('location')\n" +
        '      if (next) return await createEgress({ upstreams })(new URL(next, url))\n' +
        '      if (!hasBody(message)) return new Response(null, { status, headers })',
    },
    shownBy: unit(
      'test/unit/adapters/egress/egress.test.ts',
      'back as it is, and does not follow it',
    ),
  },
  {
    rows: [9],
    defence: 'An answer has a longest body',
    patch: {
      file: 'src/adapters/egress/read-answer.ts',
      find: 'if (size > maxBytes)',
      replace: 'if (size === Infinity)',
    },
    shownBy: unit('test/unit/adapters/egress/egress.test.ts', 'refuses a body past the limit'),
  },
  {
    rows: [9],
    defence: 'A request has a longest time',
    patch: {
      file: 'src/adapters/egress/exchange.ts',
      find: 'const timer = setTimeout(timeOut, request.timeoutMs)',
      replace: 'const timer = setTimeout(() => {}, request.timeoutMs)',
    },
    shownBy: unit('test/unit/adapters/egress/egress.test.ts', 'does not come in time'),
  },
  {
    rows: [9],
    defence: 'A connection has a longest time to come to stand',
    patch: {
      file: 'src/adapters/egress/reception.ts',
      find: 'this.#connectTimer = setTimeout(this.#timeOut,',
      replace: 'this.#connectTimer = setTimeout(() => {},',
    },
    shownBy: unit(
      'test/unit/adapters/egress/streaming-egress.test.ts',
      'waits for a connection no longer than its limit says',
    ),
  },
  {
    rows: [30],
    defence: 'Certificates are verified',
    patch: {
      file: 'src/adapters/egress/exchange.ts',
      find: '    agent: false,\n  })',
      replace: '    agent: false,\n    rejectUnauthorized: false,\n  })',
    },
    shownBy: unit(
      'test/unit/adapters/egress/egress-tls.test.ts',
      'sends nothing to a server whose certificate nobody vouches for',
    ),
  },
  {
    rows: [9],
    defence: 'A kept connection goes to the addresses that were checked',
    patch: {
      file: 'src/adapters/egress/undici-agents.ts',
      find: 'connect: { lookup }',
      replace: 'connect: {}',
    },
    shownBy: unit(
      'test/unit/adapters/egress/streaming-egress.test.ts',
      'connects to the address that was checked, of a name that is asked once',
    ),
  },
  {
    rows: [30],
    defence: 'Certificates of kept connections are verified',
    patch: {
      file: 'src/adapters/egress/undici-agents.ts',
      find: 'connect: { lookup }',
      replace: 'connect: { lookup, rejectUnauthorized: false }',
    },
    shownBy: unit(
      'test/unit/adapters/egress/streaming-egress.test.ts',
      'sends nothing to a server whose certificate nobody vouches for',
    ),
  },
  {
    rows: [30],
    defence: 'Nothing can turn the verification of certificates off',
    patch: {
      file: 'src/adapters/egress/undici-agents.ts',
      find: 'connect: { lookup }',
      replace: 'connect: { lookup, rejectUnauthorized: false }',
    },
    shownBy: unit('test/unit/rules/rules.test.ts', 'never turns the verification of certificates'),
  },
]
