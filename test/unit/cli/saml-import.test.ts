import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { CliContext } from '#cli/cli-context.ts'
import { importMetadataCommand } from '#cli/saml/import-command.ts'

const METADATA = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:idp"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>QUJD</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.org/sso"/></IDPSSODescriptor></EntityDescriptor>`
const SIGN_ON = {
  scheme: 'saml',
  idp: { entityId: 'urn:idp', ssoUrl: 'https://idp.example.org/sso', certificates: ['QUJD'] },
}

function setup(answer = new Response(METADATA)) {
  const cwd = mkdtempSync(join(tmpdir(), 'saml-import-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  writeFileSync(join(cwd, 'idp.xml'), METADATA)
  const lines: string[] = []
  const fetched: unknown[] = []
  const context = {
    cwd,
    write: (line: string) => void lines.push(line),
    egress: (upstreams: string) => async (url: unknown) => {
      fetched.push([upstreams, url])
      return answer
    },
  } as unknown as CliContext
  return { lines, fetched, run: (source: string) => importMetadataCommand(source, {}, context) }
}

test('prints the signOn of a connection, from a file', async () => {
  const { run, lines } = setup()

  expect(await run('idp.xml')).toBe(0)
  expect(JSON.parse(lines.join('\n'))).toEqual(SIGN_ON)
})

test('the same from an address, reached by the rule for addresses', async () => {
  const { run, lines, fetched } = setup()

  expect(await run('https://idp.example.org/metadata')).toBe(0)
  expect(JSON.parse(lines.join('\n'))).toEqual(SIGN_ON)
  expect(fetched).toEqual([['public', 'https://idp.example.org/metadata']])
})

test('says what is wrong, and where', async () => {
  await expect(setup().run('gone.xml')).rejects.toThrow('gone.xml: cannot be read.')
  const address = 'https://idp.example.org/metadata'
  await expect(setup(new Response('', { status: 404 })).run(address)).rejects.toThrow(
    `${address}: answered 404.`,
  )
  await expect(setup(new Response('<x/>')).run(address)).rejects.toThrow(
    `${address}: It describes no identity provider`,
  )
})
