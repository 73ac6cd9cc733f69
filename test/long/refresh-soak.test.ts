import { describe, expect, it } from 'vitest'
import { SOAK_SEED_VARIABLE } from '../support/run-variables.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type SoakSession, soakStage } from '../support/soak/stage.ts'
import { inAll, type RenewalCounts, renewalCounts } from '../support/soak/verdict.ts'

const SESSIONS = 2_000
const TOKEN_SECONDS = 240
const MARGIN_SECONDS = 60
/** Minutes of the held clock; nobody is killed in the last, in which all is brought in order. */
const MINUTES = 12
const QUIET_MINUTES = 3

/** As the stack schedules it: two ranges of shards, 50 sessions at once. */
const RANGES = [
  { place: 'refresher-low', firstShard: 0, lastShard: 7 },
  { place: 'refresher-high', firstShard: 8, lastShard: 15 },
] as const
const CONCURRENCY = 50
const DOORS = ['fhir-1', 'fhir-2', 'fhir-3'] as const
const PLACES = [...RANGES.map(({ place }) => place), ...DOORS]

/** Of a process in a minute; and how many of its steps it is killed after, at most. */
const KILLED = 1 / 3
const LONGEST_LIFE = { refresher: 800, fhir: 150 } as const

/** Requests of apps at once, and in all while a run goes on, and at each of two moments after it. */
const CALLERS = 12
const TRAFFIC = { during: 120, later: 40 } as const

const seed = Number(process.env[SOAK_SEED_VARIABLE] ?? Math.floor(Math.random() * 2 ** 31))

describe(`${SESSIONS} sessions with tokens of ${TOKEN_SECONDS} s`, { timeout: 1_800_000 }, () => {
  it('are all kept while processes are killed, with no presentation too many', async () => {
    process.stdout.write(`soak: ${SOAK_SEED_VARIABLE}=${seed}\n`)
    const random = seededRandom(seed)
    const below = (limit: number) => Math.floor(random() * limit)
    const any = <Item>(items: readonly Item[]) => items[below(items.length)] as Item

    // The database deletes what has expired by the machine's clock.
    const startsAt = Math.floor(Date.now() / 60_000) * 60
    const ages = Array.from({ length: SESSIONS }, () => below(TOKEN_SECONDS - MARGIN_SECONDS))
    /** Who is to be killed, after how many steps more. */
    const victims = new Map<string, number>()
    let chosen = 0
    const stage = await soakStage({
      startsAt,
      tokenSeconds: TOKEN_SECONDS,
      ages,
      onStep(name, step) {
        const left = victims.get(name)
        if (chosen === 0 && step === 'presents') {
          // Of one at least the token has arrived and the answer has not.
          chosen += 1
          killNow(name)
          return
        }
        if (left === undefined) return
        // Who is killed in a second presentation loses the session: there is no third.
        if (left > 0 || stage.journal.isTakingOver(name)) victims.set(name, left - 1)
        else killNow(name)
      },
    })
    const { people, journal, sessions } = stage
    const killNow = (name: string) => {
      victims.delete(name)
      stage.kill(name)
    }
    await people.ready(PLACES)
    const authorization = await stage.authorization()

    let asked = 0
    /** Asks as an app does: once more where its request was lost. */
    async function read({ key, sessionId, ehr }: SoakSession): Promise<void> {
      const order = { do: 'read', ehr, sessionId, authorization } as const
      for (let tries = 0; tries < PLACES.length; tries += 1) {
        asked += 1
        const outcome = await people.order(any(DOORS), order)
        if (outcome === undefined) continue
        expect(JSON.parse(outcome)).toEqual({ resourceType: 'Patient', id: key })
        return
      }
      throw new Error('No process lives for long enough')
    }

    async function readAll(wanted: SoakSession[]): Promise<void> {
      const caller = async () => {
        for (let next = wanted.pop(); next; next = wanted.pop()) await read(next)
      }
      await Promise.all(Array.from({ length: CALLERS }, caller))
    }

    /** Every other request is for a session that a kill may have left in doubt. */
    function traffic(requests: number): Promise<void> {
      const left = sessions.filter(({ key }) => {
        const holder = journal.lastHolder(key)
        return holder !== undefined && !people.isAlive(holder)
      })
      const wanted = Array.from({ length: requests }, (_, index) =>
        any(index % 2 === 0 && left.length > 0 ? left : sessions),
      )
      return readAll(wanted)
    }

    for (let minute = 1; minute <= MINUTES; minute += 1) {
      const minuteAt = startsAt + 60 * minute
      people.moveTo(minuteAt)
      for (const place of minute === 1 || minute > MINUTES - QUIET_MINUTES ? [] : PLACES) {
        const life = below(LONGEST_LIFE[place.startsWith('fhir') ? 'fhir' : 'refresher'])
        if (random() >= KILLED) continue
        victims.set(await people.nameAt(place), life)
        chosen += 1
      }
      const runs = RANGES.map(({ place, ...shards }) =>
        people.order(place, { do: 'sweep', ...shards, concurrency: CONCURRENCY }),
      )
      await Promise.all([...runs, traffic(TRAFFIC.during)])
      journal.settled()
      for (const name of victims.keys()) killNow(name)
      for (const seconds of [25, 45]) {
        people.moveTo(minuteAt + seconds)
        await traffic(TRAFFIC.later)
      }
    }
    await readAll([...sessions])

    const lifetime = ({ createdAt }: SoakSession) => people.now() - createdAt
    const lost: string[] = []
    const tooMany: string[] = []
    const counts: RenewalCounts[] = []
    for (const session of sessions) {
      const { key } = session
      const row = await stage.row(key)
      if (row?.status !== 'active' || row.attempt) lost.push(key)
      const counted = renewalCounts(journal.of(key))
      const periods = Math.ceil(lifetime(session) / (TOKEN_SECONDS - MARGIN_SECONDS))
      if (counted.presented > periods + counted.takeOvers) tooMany.push(key)
      counts.push(counted)
    }
    const all = inAll(counts)
    const { takeOvers, firstArrivals, duplicates, presented } = all
    process.stdout.write(
      `soak: ${chosen} processes killed, ${asked} requests, ${presented} presentations; ` +
        `${takeOvers} take-overs, of which ${firstArrivals} of tokens that had not arrived\n`,
    )

    expect(lost).toEqual([])
    expect(tooMany).toEqual([])
    expect(all.unannounced).toBe(0)
    expect(presented).toBe(stage.presented())
    expect(duplicates).toBe(takeOvers - firstArrivals)
    expect(people.killed()).toBe(chosen)
    expect(duplicates).toBeGreaterThan(0)
  })
})
