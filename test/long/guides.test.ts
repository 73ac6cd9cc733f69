import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CDK } from '../support/guides/aws-commands.ts'
import { givenReader } from '../support/guides/given-reader.ts'
import { noPython } from '../support/guides/no-python.ts'

/** Guides that are read one after the other: the later ones go on with what the first has started. */
const READ_TOGETHER = [
  ['quick-start-app', 'python'],
  ['quick-start-operator', 'quick-start-hospital'],
]

/** Each has a dozen commands that take seconds of a busy machine. */
const TIMEOUT_MS = 600_000

describe.each(READ_TOGETHER)('each command runs, and shows what it says', (...names) => {
  let reader: Awaited<ReturnType<typeof givenReader>>
  beforeAll(async () => {
    reader = await givenReader()
  })
  afterAll(() => reader.close())

  it.for(names)('in the guide %s', { timeout: TIMEOUT_MS }, async (name, { skip }) => {
    const reason = name === 'python' ? noPython() : undefined
    if (reason) skip(reason)

    expect(await reader.follow(name)).toBeGreaterThan(0)
  })
})

describe('what the guides’ commands for an AWS account are checked by', () => {
  it.each(Object.entries(CDK))('names options that cdk %s has', (command, options) => {
    const help = execFileSync('npx', ['cdk', command, '--help'], { encoding: 'utf8' })

    expect(help).toContain(`cdk ${command}`)
    for (const option of options) expect(help).toMatch(new RegExp(`\\s${option}[,\\s]`))
  })
})
