/** One thing that a reader of a guide does or sees, in the order of the text. */
export interface Step {
  readonly kind: StepKind
  /** The file of `file`; what a `launch`, `reload` or `press` is of. */
  readonly name: string
  readonly text: string
  /** Where it begins in the Markdown. */
  readonly line: number
}

/**
 * - `run`: commands for the shell, ended before the next step
 * - `serve`: a command that goes on, in a terminal of its own
 * - `aws`: commands that want an AWS account
 * - `file`: the reader saves it under its name
 * - `output`: what the commands before it print
 * - `said`: what the server of the last `serve` has printed since the step before
 * - `shown`: what the browser shows
 * - `launch`, `reload`, `press`, `stop`: what a person does in the browser, or to that server
 */
type StepKind = (typeof BLOCKS)[number][0] | 'launch' | 'reload' | 'press' | 'stop'

/** What a fence says, after its backticks: the first word is the language that it is shown in. */
const BLOCKS = [
  ['run', /^sh$/],
  ['serve', /^sh server$/],
  ['aws', /^sh aws$/],
  ['file', /^(?:js|py|json) (?<name>[\w-]+\.(?:mjs|py|json))$/],
  ['output', /^text$/],
  ['said', /^text server$/],
  ['shown', /^text page$/],
] as const

const DEED = /^<!-- (?<kind>launch|reload|press|stop)(?: (?<name>.+))? -->$/

/**
 * The steps of a guide.
 *
 * @throws Error for a block of no known kind, and for one that does not end
 */
export function readGuide(markdown: string): readonly Step[] {
  const lines = markdown.split('\n')
  const steps: Step[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const deed = DEED.exec(line)?.groups
    if (deed) {
      const kind = deed['kind'] as StepKind
      steps.push({ kind, name: deed['name'] ?? '', text: '', line: at + 1 })
    }
    if (!line.trimStart().startsWith('```')) continue

    const end = lines.indexOf('```', at + 1)
    if (end === -1) throw new Error(`line ${at + 1}: the block does not end`)
    steps.push(blockOf(line, lines.slice(at + 1, end).join('\n'), at + 1))
    at = end
  }
  return steps
}

function blockOf(fence: string, text: string, line: number): Step {
  const info = fence.slice(3)
  for (const [kind, pattern] of BLOCKS) {
    const match = fence.startsWith('```') ? pattern.exec(info) : null
    if (match) return { kind, name: match.groups?.['name'] ?? '', text, line }
  }
  throw new Error(`line ${line}: nobody knows what "${fence}" is: no test would run it`)
}

/** The commands of a block, without comments; one that goes on over lines is one. */
export function commandsOf(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean)
}

/** Whether a text is what a guide shows, in which `…` stands for anything, and a space for any number. */
export function isAsShown(text: string, shown: string): boolean {
  const plain = (one: string) => one.replaceAll(/\s+/g, ' ')
  const [first = '', ...parts] = plain(shown.trim()).split('…')
  const last = parts.pop()
  let rest = plain(text.trim())
  if (last === undefined) return rest === first
  if (!rest.startsWith(first)) return false
  rest = rest.slice(first.length)
  for (const part of parts) {
    const at = rest.indexOf(part)
    if (at === -1) return false
    rest = rest.slice(at + part.length)
  }
  return rest.endsWith(last)
}
