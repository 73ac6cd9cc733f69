import type { Lease, LeaseGuard, Session } from '#core/session/session-store.ts'
import type { RenewalEvent, RenewalState, RenewalStep } from '#core/tokens/renewal.ts'
import { setting } from './settings.ts'
import { RULES, type Rules, type Setting } from './world.ts'

/** A defense that is taken out, and where that must show. */
export interface Mutation {
  readonly name: string
  readonly rules: Rules
  readonly setting: Setting
}

const { rows, next, judge } = RULES

const a = { name: 'A', skewSeconds: 0, aheadSeconds: 0 }
const b = { name: 'B', skewSeconds: 0, aheadSeconds: 0 }
const late = { ...b, skewSeconds: 120 }
const refused = { ...b, isRejected: true } as const
const revoking = [['revokes on reuse'], 'revokes'] as const
const graceful = [['grace window'], 'unknown'] as const
const same = [['same pair'], 'tolerated'] as const

const withRows = (changes: Partial<Rules['rows']>): Rules => ({
  ...RULES,
  rows: { ...rows, ...changes },
})

/** The machine, told of something else than what happened. */
const hearing = (hear: (event: RenewalEvent, state: RenewalState) => RenewalEvent): Rules => ({
  ...RULES,
  next: (state, event, at) => next(state, hear(event, state), at),
})

/** The machine, doing something else than what it decided. */
const doing = (change: (step: RenewalStep) => RenewalStep): Rules => ({
  ...RULES,
  next: (...given) => change(next(...given)),
})

/** A row as if this holder held it, whoever does. */
function asIfHeld(row: Session | undefined, { fence, owner }: LeaseGuard): Session | undefined {
  return row && { ...row, fence, lease: { owner, until: 0 } }
}

function without<Key extends keyof Session>(row: Session, key: Key): Session {
  const { [key]: _, ...rest } = row
  return rest as Session
}

function withDeadOwner<Request extends { readonly deadOwner?: string }>(
  request: Request,
  lease: Lease | undefined,
): Request {
  const { deadOwner, ...rest } = request
  return { ...rest, ...(lease && { deadOwner: lease.owner }) } as Request
}

/** Every defense of the renewal that is shown to be needed. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the fence is compared when the lease is taken',
    rules: withRows({
      acquire: (row, request) => rows.acquire(row, { ...request, fence: row?.fence ?? 0 }),
    }),
    setting: setting(revoking, {}, [a, b], 0),
  },
  {
    name: 'the lease is taken only as it was read',
    rules: withRows({
      acquire: (row, request) => rows.acquire(row, withDeadOwner(request, row?.lease)),
    }),
    setting: setting(graceful, { freeze: 1 }, [a, b], 0),
  },
  {
    name: 'the lease of an ended session is not taken',
    rules: withRows({
      acquire(row, request) {
        const { row: taken, done } = rows.acquire(row && { ...row, status: 'active' }, request)
        return done && taken && row
          ? { row: { ...taken, status: row.status }, done }
          : { row, done }
      },
    }),
    setting: setting(revoking, { logout: 1 }, [a, b], 0),
  },
  {
    name: 'one’s own lease is recognized when the SDK repeats the write',
    rules: withRows({
      acquire: (row, request) =>
        row?.lease?.owner === request.lease.owner
          ? { row, done: false }
          : rows.acquire(row, request),
    }),
    setting: setting(revoking, { lost: 1 }, [a, b], 0),
  },
  {
    name: 'the attempt is journaled with the lease',
    rules: withRows({
      acquire(row, request) {
        const { row: taken, done } = rows.acquire(row, request)
        return { row: done && taken ? without(taken, 'attempt') : taken, done }
      },
    }),
    setting: setting(revoking, { crash: 1 }, [a, b], 0),
  },
  {
    name: 'tokens are stored by the holder of the lease only',
    rules: withRows({
      store: (row, guard, tokens) => rows.store(asIfHeld(row, guard), guard, tokens),
    }),
    setting: setting([['no rotation'], 'tolerated'], { freeze: 1 }, [a, b], 0),
  },
  {
    name: 'a lease is freed by its holder only',
    rules: withRows({
      release: (row, guard, outcome) => rows.release(asIfHeld(row, guard), guard, outcome),
    }),
    setting: setting(same, { freeze: 1, lost: 1 }, [a, b], 0),
  },
  {
    name: 'a deleted session is not written',
    rules: withRows({
      store: (row, guard, tokens) =>
        row
          ? rows.store(row, guard, tokens)
          : { row: { ...({} as Session), ...tokens }, done: true },
    }),
    setting: setting(revoking, { logout: 1 }, [a], 0),
  },
  {
    name: 'an ended session stays ended when its renewal fails',
    rules: withRows({
      release(row, guard, outcome) {
        const { row: released, done } = rows.release(row, guard, outcome)
        const { status } = outcome
        return {
          row: done && released && row !== released ? { ...released, status } : released,
          done,
        }
      },
    }),
    setting: setting(revoking, { lost: 1, logout: 1 }, [a], 0),
  },
  {
    name: 'the attempt stays in the row when no answer came',
    rules: withRows({
      release(row, guard, { attempt, ...outcome }) {
        return rows.release(row, guard, outcome)
      },
    }),
    setting: setting(graceful, { lost: 1 }, [a, b], 0),
  },
  {
    name: '`until` alone does not make a holder dead',
    rules: {
      ...RULES,
      judge: (lease, seen, at) => ({
        ...judge(lease, seen, at),
        isDead: lease !== undefined && at.now > lease.until,
      }),
    },
    setting: setting(graceful, {}, [a, late], 0),
  },
  {
    name: 'a holder that is seen unchanged for a lease’s length is dead',
    rules: { ...RULES, judge: (...given) => ({ ...judge(...given), isDead: false }) },
    setting: setting(graceful, { crash: 1 }, [a, b], 0),
  },
  {
    name: 'a take-over is journaled before the refresh token is presented again',
    rules: doing((step) => {
      const { action } = step
      if (action.do !== 'acquire' || action.attempt.phase !== 'taking-over') return step
      return { ...step, action: { ...action, attempt: { ...action.attempt, phase: 'redeeming' } } }
    }),
    setting: setting(graceful, { crash: 1 }, [a, b], 0),
  },
  {
    name: 'nothing is presented again where that revokes the grant',
    rules: hearing((event) => (event.is === 'read' ? { ...event, reuse: 'tolerated' } : event)),
    setting: setting(revoking, { crash: 1 }, [a, b], 0),
  },
  {
    name: 'where it does not, it is presented once more',
    rules: hearing((event) => (event.is === 'read' ? { ...event, reuse: 'revokes' } : event)),
    setting: setting(same, { crash: 1 }, [a, b], 0),
  },
  {
    name: 'what was sent and not answered is not taken for unused',
    rules: hearing((event) =>
      event.is === 'answered' && event.answer.kind === 'ambiguous'
        ? { is: 'answered', answer: { kind: 'unavailable' } }
        : event,
    ),
    setting: setting(revoking, { lost: 1 }, [a, b], 0),
  },
  {
    name: 'tokens that cannot be stored go on the second path',
    rules: doing((step) =>
      step.action.do === 'rescue'
        ? { ...step, state: { ...step.state, phase: { at: 'finished' } }, action: { do: 'fail' } }
        : step,
    ),
    setting: setting(revoking, { outage: 1 }, [a, b], 0),
  },
  {
    name: 'they are looked for there',
    rules: hearing((event) => (event.is === 'found' ? { is: 'nothing' } : event)),
    setting: setting(revoking, { outage: 1 }, [a, b], 0),
  },
  {
    name: 'they are looked for once more, when nobody else can store',
    rules: hearing((event, { phase }) =>
      phase.at === 'searching' && event.is === 'found' ? { is: 'nothing' } : event,
    ),
    setting: setting(revoking, { freeze: 1, outage: 1 }, [a, b], 0),
  },
  {
    name: 'a lease is freed of which it is not known whether it was taken',
    rules: hearing((event, { phase }) =>
      phase.at === 'acquiring' && event.is === 'failed' ? { is: 'refused' } : event,
    ),
    setting: setting(revoking, { lost: 1 }, [a, b], 0),
  },
  {
    name: 'who presented nothing says so, also when another has taken the lease',
    rules: {
      ...RULES,
      next(...given) {
        const { state, ...step } = next(...given)
        const { unsent, ...forgetful } = state
        return { ...step, state: forgetful }
      },
    },
    setting: setting(revoking, { freeze: 1, lost: 1 }, [a, refused], 30),
  },
  {
    name: 'tokens in hand go on the second path where nothing else goes on',
    rules: {
      ...RULES,
      next(before, event, at) {
        const step = next(before, event, at)
        const isLastResort = !['storing', 'rescuing'].includes(before.phase.at)
        if (step.action.do !== 'rescue' || !isLastResort) return step
        return {
          ...step,
          state: { ...step.state, phase: { at: 'finished' } },
          action: { do: 'fail' },
        }
      },
    },
    setting: setting(revoking, { freeze: 1, outage: 1 }, [a, refused], 30),
  },
  {
    name: 'a holder that was only slow still brings its tokens in',
    rules: {
      ...RULES,
      next({ carried, ...state }, event, at) {
        const isReading = state.phase.at === 'reading'
        return next({ ...state, ...(carried && !isReading && { carried }) }, event, at)
      },
    },
    setting: setting(revoking, { freeze: 1 }, [a, refused], 30),
  },
]
