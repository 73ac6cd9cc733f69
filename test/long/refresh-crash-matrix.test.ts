import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import { SERVER_KINDS, type ServerKind } from '../explore/authorization-server.ts'
import type { StopPoint } from '../support/renewal/instance.ts'
import { startInstance } from '../support/renewal/instance-process.ts'
import { renewalStage } from '../support/renewal/stage.ts'

/** Where the holder is killed. `after send`: the server has the request, and has not answered. */
const POINTS = [
  'before the POST',
  'after send',
  'after the reply',
  'before the store',
  'after the store',
] as const

const ROWS: readonly (readonly [ServerKind, RefreshTokenReuse])[] = [
  ['revokes on reuse', 'revokes'],
  ...SERVER_KINDS.map((kind) => [kind, 'unknown'] as const),
]

const page = readFileSync('docs/refresh.md', 'utf8')

/** What the page says of a cell. */
function documented(kind: ServerKind, reuse: RefreshTokenReuse, point: string): string | undefined {
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const head = rows.find((row) => row[1] === 'Server' && row[2] === '`reuse`')
  const row = rows.find((cells) => cells[1] === kind && cells[2] === `\`${reuse}\``)
  return row?.[head?.indexOf(point) ?? -1]
}

/** Kills a holder at a point, and sees what the next caller gets, and the one after that. */
async function crash(
  kind: ServerKind,
  reuse: RefreshTokenReuse,
  point: (typeof POINTS)[number],
): Promise<string> {
  const stage = await renewalStage({ kind, reuse })
  const { endpoint, waited, row } = stage
  const session = await stage.session()

  const isAtServer = point === 'after send'
  const holder = await startInstance(stage.config, isAtServer ? undefined : (point as StopPoint))
  let arrived = holder.stopped
  if (isAtServer) {
    arrived = new Promise((resolve) => {
      endpoint.atArrival(async () => {
        endpoint.atArrival(undefined)
        await holder.kill()
        resolve(undefined)
      })
    })
  }
  holder.begin(session)
  await arrived
  await holder.kill()

  const { tokens } = stage.instance()
  const ask = async (): Promise<string> => {
    const read = await row(session)
    if (!read) return 'no session'
    return tokens.freshAccessToken(read).then(
      () => 'goes on',
      (error: unknown) => BrokerError.from(error).code,
    )
  }
  const next = await ask()
  const presented = endpoint.presentedOf(session)
  // The tokens that the next caller got are good for another renewal, an hour later.
  waited.ms += 3_600_000
  const later = await ask()
  if (later !== next) return `${next}, then ${later}`
  return `${next === 'session_over' ? 'signs on again' : next}, ${presented}×`
}

describe('a session whose renewal is killed', { timeout: 60_000 }, () => {
  const cells = ROWS.flatMap(([kind, reuse]) =>
    POINTS.map((point) => ({ kind, reuse, point, told: documented(kind, reuse, point) })),
  )

  it.each(cells)('$point, where the server $kind ($reuse): $told', async (cell) => {
    const { kind, reuse, point, told } = cell

    expect(await crash(kind, reuse, point)).toBe(told)
  })
})
