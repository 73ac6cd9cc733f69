import { readFileSync } from 'node:fs'
import { isAsShown, readGuide, type Step } from '../guides/read-guide.ts'

const PAGE = new URL('../../../docs/runbooks.md', import.meta.url)

/** The page. */
export function runbooksPage(): string {
  return readFileSync(PAGE, 'utf8')
}

/** The headings of the runbooks: those sections that have commands. */
export function runbookTitles(): readonly string[] {
  return sections()
    .filter(({ steps }) => steps.length > 0)
    .map(({ title }) => title)
}

/**
 * Opens a runbook, to be gone through a block at a time. Each block is run as it stands, but for names
 * that are others here, and what it prints is compared with the block of text behind it.
 */
export function openRunbook(
  title: string,
  run: (text: string) => Promise<string>,
  names: Readonly<Record<string, string>>,
) {
  const named = (text: string) =>
    Object.entries(names).reduce((all, [name, ours]) => all.replaceAll(name, ours), text)
  const steps = sections().find((one) => one.title === title)?.steps
  if (!steps?.length) throw new Error(`docs/runbooks.md has no runbook "${title}"`)
  let at = 0
  return {
    /** Runs the next block, which has these words in it. */
    async step(words: string): Promise<string> {
      const step = steps[at]
      if (step?.kind !== 'run' || !step.text.includes(words)) {
        throw new Error(`docs/runbooks.md:${step?.line}: the next block has no "${words}"`)
      }
      const printed = await run(named(step.text))
      const shown = steps[at + 1]
      at += shown?.kind === 'output' ? 2 : 1
      if (shown?.kind === 'output' && !isAsShown(printed, named(shown.text))) {
        throw new Error(`docs/runbooks.md:${shown.line}: it is otherwise:\n${printed}`)
      }
      return printed
    },
    /** All has been run. */
    done(): void {
      const left = steps[at]
      if (left) throw new Error(`docs/runbooks.md:${left.line}: nobody has run this block`)
    },
  }
}

/** A section of the page, with its own steps. */
function sections(): readonly { readonly title: string; readonly steps: readonly Step[] }[] {
  const page = runbooksPage()
  const headings = [...page.matchAll(/^##+ (.+)$/gm)]
  const steps = readGuide(page)
  const lineOf = (at: number) => page.slice(0, at).split('\n').length
  return headings.map(({ index, 1: title = '' }, number) => {
    const next = headings[number + 1]?.index ?? page.length
    const isInside = ({ line }: Step) => line > lineOf(index) && line <= lineOf(next)
    return { title, steps: steps.filter(isInside) }
  })
}
