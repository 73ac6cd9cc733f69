/** What a figure has to keep to; a figure without one is told, and judged by nobody. */
type Bar = { readonly atMost: number } | { readonly atLeast: number }

/** One figure of a bench: a ratio or a count of one run, rather than an absolute time. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** `ms`, `ratio`, `calls`, `MB`, … */
  readonly unit: string
  readonly bar?: Bar
}

/** Measures one after the other; each figure is printed as it comes. */
export type Bench = () => AsyncIterable<Figure>

/** Whether a figure keeps to its bar. One that is no number keeps to none. */
export function isWithin({ value, bar }: Figure): boolean {
  if (!Number.isFinite(value)) return false
  if (!bar) return true
  return 'atMost' in bar ? value <= bar.atMost : value >= bar.atLeast
}

/** A figure as a line for a person, or as one JSON object: `{name, value, unit, bar, ok}`. */
export function figureLine(figure: Figure, json: boolean): string {
  const { name, value, unit, bar } = figure
  const ok = isWithin(figure)
  const limit = bar && ('atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`)
  if (json) return JSON.stringify({ name, value, unit, bar: limit ?? null, ok })
  return `${ok ? '✓' : '✗'} ${name}: ${Number(value.toPrecision(4))} ${unit}${limit ? ` (bar: ${limit})` : ''}`
}
