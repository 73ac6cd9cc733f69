import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const NPM_QUIET = {
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_offline: 'true',
}

const folder = mkdtempSync(join(tmpdir(), 'sallyport-client-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program in a folder; what it says on both streams goes with its failure. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { ...process.env, ...NPM_QUIET }
  const { stdout } = await promisify(execFile)(program, args, { cwd, env }).catch((error) => {
    throw new Error(`${program} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`)
  })
  return stdout
}

const write = (name: string, content: unknown) =>
  writeFileSync(
    join(folder, name),
    typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
  )

/** Uses what the README leads with, so that its types are seen from outside. */
const APP = `
import { brokerClient, ClientError, EhrDownError, LaunchAgainError, memorySessionStore, type SessionStore,
  sessionKey, verifySsoMessage, verifyWebhook, visits } from '@sallyport/client'

const store: SessionStore = memorySessionStore()
const desk = visits({ store })
const request = new Request('https://app.example/sso', { method: 'POST', body: '{}' })
const code: string = await verifySsoMessage(request, { secret: 's', audience: 'a' }).then(
  ({ message }) => message.Meta.SessionID,
  (error: unknown) => (error instanceof ClientError ? error.code : 'unforeseen'),
)
const broker = brokerClient({ base: 'https://broker.example', clientId: 'c', key: { kty: 'EC' } })
const session = broker.session({ SessionID: 's', SessionBaseURL: 'https://broker.example/fhir/R4/a/b' })
const pages: AsyncGenerator<{ total: number }> = session.pages<{ total: number }>('Patient')
// @ts-expect-error a SessionID is no patient's id by mistake: it takes a text
session.expectPatient(1)
const kinds = [new EhrDownError(503), new LaunchAgainError('session_over', '')].map(({ name }) => name)
console.log(JSON.stringify({ code, kinds, key: await sessionKey('s'), pages: typeof pages.next,
  webhooks: typeof verifyWebhook, found: await desk.find('k', {}) ?? null }))
`

describe('the client’s package', () => {
  it('installs from its tarball in a bare project, type-checks strictly there, and runs', async () => {
    await run('npm', ['pack', '--pack-destination', folder], join(ROOT, 'client'))
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    write('package.json', {
      name: 'bare',
      private: true,
      type: 'module',
      dependencies: {
        '@sallyport/client': `file:${tarball}`,
        jose: `file:${join(ROOT, 'node_modules/jose')}`,
      },
    })
    await run('npm', ['install', '--ignore-scripts'], folder)
    write('app.ts', APP)
    write('tsconfig.json', {
      compilerOptions: {
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        target: 'ES2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
        module: 'NodeNext',
        types: [],
      },
      files: ['app.ts'],
    })
    await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], folder)

    expect(JSON.parse(await run(process.execPath, ['app.js'], folder))).toEqual({
      code: 'token_missing',
      kinds: ['EhrDownError', 'LaunchAgainError'],
      key: createHash('sha256').update('s').digest('base64url'),
      pages: 'function',
      webhooks: 'function',
      found: null,
    })
  })

  it('has compiled code, types and its README in it, and nothing else', async () => {
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    const names = (await run('tar', ['-tf', tarball], folder)).trim().split('\n')

    expect(names).toContain('package/README.md')
    expect(names).toContain('package/dist/index.d.ts')
    expect(
      names.filter(
        (name) => !/^package\/(dist\/[\w-]+\.(d\.ts|js)|README\.md|package\.json)$/.test(name),
      ),
    ).toEqual([])
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'client/package.json'), 'utf8'))
    const { dependencies: ours } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(dependencies).toEqual({ jose: ours.jose })
  })
})
