import { SESSIONS_TABLE } from '#contract/tables.ts'
import { DEFAULT_SESSION_POLICY } from '#core/registry/registry-file.ts'
import { TOUCH_SHARE } from '#core/session/live-session.ts'
import { REFRESHER } from '../../lib/functions/background-functions.ts'
import { CALLS, READS_OF_A_LAUNCH, ROW_UNITS } from './measured.ts'
import { SIGN_ON } from './simulate-refresher.ts'

/** Reads that a session's app makes in the hour in which it makes most. */
const READS_IN_THE_BUSIEST_HOUR = 12

/** What a deployment asks AWS for, a second at its peak. */
export interface Demand {
  readonly launches: number
  readonly renewals: number
  readonly reads: number
  readonly invocationsAtOnce: number
  readonly rsaSigns: number
  readonly eccSigns: number
  readonly symmetricCalls: number
  readonly writeUnits: number
  readonly readUnits: number
  readonly shardWriteUnits: number
  readonly auditWrites: number
  readonly events: number
  readonly schedules: number
}

interface DemandOptions {
  readonly sessions: number
  readonly schedules: number
  /** Of all schedules, at their peak; the simulation's. */
  readonly renewalsASecond: number
}

/** A change of when a session is due takes it out of the index and puts it in again. */
const INDEX_UNITS = 2

/** All at their peak at once, in which each session is in use and each client proves itself by a key. */
export function demandOf({ sessions, schedules, renewalsASecond }: DemandOptions): Demand {
  const launches = sessions / (SIGN_ON.deviationSeconds * Math.sqrt(2 * Math.PI))
  const ofApps = (sessions * READS_IN_THE_BUSIEST_HOUR) / 3_600
  const reads = ofApps + launches * READS_OF_A_LAUNCH
  const renewals = renewalsASecond
  // A use is noted once in a part of the idle limit.
  const touches = (sessions * TOUCH_SHARE) / DEFAULT_SESSION_POLICY.idleSeconds
  return {
    launches,
    renewals,
    reads,
    // As if a launch's functions all had the half of a GB that most of them have.
    invocationsAtOnce:
      launches * (CALLS.launch.gbSeconds / 0.5) +
      ofApps * CALLS.read.seconds +
      REFRESHER.runsOfASchedule * schedules,
    rsaSigns: launches * CALLS.launch.rsaSigns + renewals * CALLS.renewal.rsaSigns,
    eccSigns: launches * CALLS.launch.eccSigns,
    // A launch seals, a read opens, a renewal does both.
    symmetricCalls: launches + reads + 2 * renewals,
    writeUnits:
      launches * CALLS.launch.writeUnits +
      renewals * (CALLS.renewal.writeUnits + INDEX_UNITS) +
      touches * ROW_UNITS,
    readUnits:
      launches * CALLS.launch.readUnits +
      ofApps * CALLS.read.readUnits +
      renewals * CALLS.renewal.readUnits,
    shardWriteUnits: (launches + renewals * INDEX_UNITS) / SESSIONS_TABLE.dueIndex.shards,
    auditWrites: reads * CALLS.read.auditWrites,
    events: launches * CALLS.launch.events + renewals,
    schedules: schedules / 60,
  }
}
