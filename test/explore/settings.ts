import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import { SERVER_KINDS, type ServerKind } from './authorization-server.ts'
import { type Faults, NO_FAULTS, type Setting } from './world.ts'

const a = { name: 'A', skewSeconds: 0, aheadSeconds: 0 }
const b = { name: 'B', skewSeconds: 0, aheadSeconds: 0 }
const c = { name: 'C', skewSeconds: 0, aheadSeconds: 0 }
/** The scheduled refresher, which comes before tokens are due. */
const scheduler = { name: 'S', skewSeconds: 0, aheadSeconds: 60 }
/** One that the EHR answered 401 to, and so cannot go on with what is there. */
const refused = { ...b, isRejected: true } as const
const early = { ...b, skewSeconds: -120 }
const late = { ...scheduler, skewSeconds: 120 }

type ServerAndProfile = readonly [readonly ServerKind[], RefreshTokenReuse]

/** Each kind of server under what a vendor profile may truly say of it. */
const SERVERS: readonly ServerAndProfile[] = [
  [['revokes on reuse'], 'revokes'],
  [SERVER_KINDS, 'unknown'],
]

const PAIRS: readonly Partial<Faults>[] = [
  { crash: 1, lost: 1 },
  { crash: 1, outage: 1 },
  { crash: 1, logout: 1 },
  { lost: 1, outage: 1 },
  { lost: 1, logout: 1 },
  { outage: 1, logout: 1 },
  { freeze: 1 },
]

const SINGLE = ['crash', 'lost', 'outage', 'logout'] as const
const ALL_FAULTS: Partial<Faults> = { crash: 1, lost: 1, outage: 1, logout: 1 }

export function setting(
  [servers, reuse]: ServerAndProfile,
  faults: Partial<Faults>,
  callers: Setting['callers'],
  endsAfterSeconds: number,
): Setting {
  return { servers, reuse, faults: { ...NO_FAULTS, ...faults }, callers, endsAfterSeconds }
}

/** What `npm test` goes through. */
export const TESTED: readonly Setting[] = SERVERS.flatMap((server) => [
  // Two callers and the scheduler, everything going wrong at once.
  setting(server, ALL_FAULTS, [a, b, scheduler], 30),
  // Their clocks four minutes apart from one another.
  setting(server, ALL_FAULTS, [a, early, late], 30),
  // One of them frozen, also while two wait for one another, or was refused with a valid token.
  setting(server, { freeze: 1 }, [a, b, scheduler], 30),
  setting(server, { freeze: 1 }, [a, b], 0),
  setting(server, { freeze: 1 }, [a, refused], 30),
])

/** What `npm run test:long` goes through in every order, to show that fewer find the same. */
export const SMALL: readonly Setting[] = SERVERS.flatMap((server) => [
  setting(server, ALL_FAULTS, [a, b], 30),
  ...PAIRS.map((faults) => setting(server, faults, [a, b, scheduler], 30)),
  setting(server, { crash: 1, lost: 1 }, [a, b, c], 0),
  setting(server, { crash: 1, freeze: 1, lost: 1 }, [a, refused], 30),
])

/** What `npm run explore` goes through beside that. */
export const EXPLORED: readonly Setting[] = SERVERS.flatMap((server) => [
  // Three callers and the scheduler, everything going wrong at once. Who never sets out is among it,
  // and what never goes wrong: so are fewer callers, and fewer faults.
  setting(server, ALL_FAULTS, [a, b, c, scheduler], 30),
  setting(server, ALL_FAULTS, [a, b, c, scheduler], 0),
  setting(server, ALL_FAULTS, [a, early, { ...late, name: 'C', aheadSeconds: 0 }], 0),
  // One of three frozen, and something else besides; one of two, and everything else.
  ...SINGLE.map((fault) => setting(server, { freeze: 1, [fault]: 1 }, [a, b, c], 0)),
  setting(server, { ...ALL_FAULTS, freeze: 1 }, [a, b], 0),
  setting(server, { ...ALL_FAULTS, freeze: 1 }, [a, refused], 30),
])

/** A setting as a line says it. */
export function describeSetting({
  servers,
  reuse,
  faults,
  callers,
  endsAfterSeconds,
}: Setting): string {
  const who = callers.map(
    ({ name, skewSeconds }) => `${name}${skewSeconds ? ` (${skewSeconds} s)` : ''}`,
  )
  const what = Object.entries(faults).flatMap(([fault, count]) => (count > 0 ? [fault] : []))
  const life = endsAfterSeconds > 0 ? `token valid for ${endsAfterSeconds} s` : 'token over'
  const server = servers.length === 1 ? servers.join() : 'any server'
  return `${server}, profile ${reuse}; ${who.join(', ')}; ${life}; ${what.join(' + ') || 'no fault'}`
}
