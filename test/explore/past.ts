import type { Mark } from './turn.ts'
import { replies } from './undecided-server.ts'
import type { Past, Setting } from './world.ts'

/** A past with a turn's marks, or what must not be. */
export function withMarks(
  past: Past,
  marks: readonly Mark[],
  setting: Setting,
): Past | { readonly violation: string } {
  let next = past
  for (const mark of marks) {
    const violation = violationOf(next, mark, setting)
    if (violation) return { violation }
    next = withMark(next, mark)
  }
  return next
}

function withMark(past: Past, mark: Mark): Past {
  switch (mark.mark) {
    case 'rescued':
      return { ...past, rescue: { ...past.rescue, [mark.attempt]: mark.held } }
    case 'replied':
      return { ...past, grant: mark.grant }
    case 'sent-late':
      return { ...past, late: [...past.late, mark.refresh].sort() }
    case 'presented': {
      const { version } = mark
      return { ...past, presented: { ...past.presented, [version]: counted(past, mark) } }
    }
    case 'journaled':
      return { ...past, journaled: withOne(past.journaled, mark.version) }
    case 'told':
      return { ...past, told: withOne(past.told, mark.version) }
    case 'taken-back':
      return { ...past, told: past.told.filter((version) => version !== mark.version) }
    case 'doubted':
      return { ...past, doubts: withOne(past.doubts, mark.name) }
  }
}

function withOne<One>(all: readonly One[], one: One): readonly One[] {
  return all.includes(one) ? all : [...all, one].sort()
}

type Presented = Extract<Mark, { mark: 'presented' }>

/** How often a version's refresh token was presented, with this time. */
function counted({ presented }: Past, { version, isAgain }: Presented): readonly [number, number] {
  const [first, again] = presented[version] ?? [0, 0]
  return isAgain ? [first, again + 1] : [first + 1, again]
}

function violationOf(past: Past, mark: Mark, { reuse }: Setting): string | undefined {
  if (mark.mark === 'told') {
    return past.told.includes(mark.version)
      ? 'it is told twice that the person must sign on again'
      : undefined
  }
  if (mark.mark !== 'presented') return undefined
  const [first, again] = counted(past, mark)
  if (first > 1) return 'a refresh token is presented twice'
  if (again > 1) return 'a refresh token is presented a third time'
  if (!mark.isAgain) return undefined
  if (reuse === 'revokes') {
    return 'a refresh token is presented again where that revokes the grant'
  }
  return past.journaled.includes(mark.version)
    ? undefined
    : 'a refresh token is presented again, and no journal says so'
}

/** What comes of it when a late request arrives, each that may be the first to. */
export function redeemedLate(past: Past): readonly Past[] {
  return past.late.flatMap((refresh, index) => {
    const late = past.late.filter((_, other) => other !== index)
    return replies(past.grant, refresh).map(({ grant }) => ({ ...past, grant, late }))
  })
}
