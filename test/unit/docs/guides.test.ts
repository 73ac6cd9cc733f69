import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { problemsOfAwsCommands } from '../../support/guides/aws-commands.ts'
import { isAsShown, readGuide } from '../../support/guides/read-guide.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, DOCS), 'utf8')
const GUIDES = readdirSync(DOCS).filter((name) => /^(?:quick-start-.+|python)\.md$/.test(name))

describe('a guide', () => {
  it.each(GUIDES)('%s has only blocks that its test knows what to do with', (name) => {
    const steps = readGuide(read(name))
    expect(steps.some(({ kind }) => kind === 'run')).toBe(true)

    const checked = steps.filter(({ kind }) => kind === 'aws')
    expect(checked.flatMap(({ text }) => problemsOfAwsCommands(text))).toEqual([])
  })

  it.each(GUIDES)('%s is followed by the long test, and leads from the front page', (name) => {
    const test = readFileSync(new URL('../test/long/guides.test.ts', DOCS), 'utf8')

    expect(test).toContain(`'${name.replace('.md', '')}'`)
    expect(read('README.md')).toContain(`(${name})`)
  })

  it.each([...GUIDES, 'README.md'])('%s links to files that there are', (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link)

    expect(links.length).toBeGreaterThan(0)
    expect(links.filter((link) => !existsSync(new URL(link, DOCS)))).toEqual([])
  })
})

describe('what reads a guide', () => {
  it.each(['```sh later', '```', '```bash', '```js', '```ts a.ts', '  ```sh'])(
    'refuses a block that no test would run: %s',
    (fence) => {
      expect(() => readGuide(`${fence}\ntrue\n\`\`\`\n`)).toThrow('nobody knows')
    },
  )

  it('refuses a block without an end', () => {
    expect(() => readGuide('```sh\ntrue\n')).toThrow('line 1: the block does not end')
  })

  it('gives blocks and deeds in their order', () => {
    const guide =
      '```sh\ntrue\n```\n\n<!-- press Sign off -->\n```js a.mjs\nx\n```\n<!-- a note -->\n'

    expect(readGuide(guide)).toEqual([
      { kind: 'run', name: '', text: 'true', line: 1 },
      { kind: 'press', name: 'Sign off', text: '', line: 5 },
      { kind: 'file', name: 'a.mjs', text: 'x', line: 6 },
    ])
  })

  it.each([
    ['npx cdk destory', 'is not in the list'],
    ['npx cdk deploy --output-file x', 'no option --output-file'],
    ['npx cdk deploy --context alarmTopic=x', 'no context alarmTopic'],
    ['npx sallyport registry aply registry.json', 'no such command'],
    ['npx sallyport sessions list --status active', 'no option --status'],
    ['aws s3 ls', 'nobody knows how to check'],
  ])('finds what is wrong with %s', (command, problem) => {
    expect(problemsOfAwsCommands(command)).toEqual([expect.stringContaining(problem)])
  })

  it.each([
    ['a  b\nc', 'a b\nc', true],
    ['a b c', 'a … c', true],
    ['a b c d', 'a … c', false],
    ['a b', 'a … b … c', false],
    ['x a b', 'a b', false],
    ['x a b', '… a b', true],
    ['ab', 'ab…', true],
    ['aba', 'ab…ba', false],
  ])('compares %j with %j: %s', (text, shown, same) => {
    expect(isAsShown(text, shown)).toBe(same)
  })
})
