/** What came of one change, in the words of Stryker's report. */
export interface Outcome {
  readonly status: string
}

/** What came of the changes of one scope. */
export interface Score {
  /** Changes that a test noticed, or that brought the tests to no end. */
  readonly noticed: number
  /** Changes that no test noticed, those that no test reaches included. */
  readonly unnoticed: number
  /** Changes of what a module computes once as it loads: not tried (`stryker.config.json`). */
  readonly leftOut: number
  /** The noticed ones of a hundred that were tried; of none at all, none. */
  readonly percent: number
}

const NOTICED = ['Killed', 'Timeout']
const UNNOTICED = ['Survived', 'NoCoverage']

/** Counts what came of each change. */
export function scoreOf(outcomes: readonly Outcome[]): Score {
  const count = (statuses: readonly string[]) =>
    outcomes.filter(({ status }) => statuses.includes(status)).length
  const noticed = count(NOTICED)
  const unnoticed = count(UNNOTICED)
  const tried = noticed + unnoticed
  return {
    noticed,
    unnoticed,
    leftOut: count(['Ignored']),
    percent: tried === 0 ? 0 : (noticed / tried) * 100,
  }
}

/** The scores as a table, as it stands in `docs/mutants.md`. */
export function scoreTable(scores: Readonly<Record<string, Score>>): string {
  const rows = Object.entries(scores).map(([scope, { noticed, unnoticed, leftOut, percent }]) => [
    `\`${scope}\``,
    `${roundedDown(percent)} %`,
    noticed,
    unnoticed,
    leftOut,
  ])
  const head = ['Scope', 'Score', 'Noticed', 'Unnoticed', 'Left out']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** To a tenth, and never up to a bar that was missed. */
function roundedDown(percent: number): string {
  return (Math.floor(percent * 10) / 10).toFixed(1)
}
