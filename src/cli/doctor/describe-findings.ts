import type { Finding, Verdict } from './finding.ts'

const MARKS: Readonly<Record<Verdict, string>> = {
  ok: 'ok         ',
  wrong: 'WRONG      ',
  'cannot-tell': 'cannot tell',
  note: 'note       ',
}

/** A line a check, its remedy below it; then what to ask the hospital, as it can be mailed. */
export function describeFindings(
  connection: string,
  findings: readonly Finding[],
): readonly string[] {
  const asks = findings.flatMap(({ ask }) => ask ?? [])
  const wrong = findings.filter(({ verdict }) => verdict === 'wrong').length
  return [
    ...findings.flatMap(({ check, verdict, says, remedy }) => [
      `${MARKS[verdict]}  ${check}: ${says}`,
      ...(remedy ? [`             ${remedy}`] : []),
    ]),
    ...(asks.length > 0
      ? ['', 'To ask the hospital:', '', ...asks.map((ask) => `  - ${ask}`)]
      : []),
    '',
    wrong > 0
      ? `${connection}: ${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong.`
      : `${connection}: nothing is wrong that can be seen from outside.`,
  ]
}
