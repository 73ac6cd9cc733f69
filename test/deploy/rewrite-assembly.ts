import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** As CloudFormation has it, as far as it is looked at here. */
export interface Resource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
}

export interface Template {
  readonly Resources: Record<string, Resource>
}

/** What says where the assembly's files are published to. */
interface AssetManifest {
  readonly files: Record<
    string,
    { readonly destinations: Record<string, { readonly assumeRoleArn?: string }> }
  >
}

/** The parts of a cloud assembly that a change may be about. */
export interface Assembly {
  readonly template: Template
  readonly assets: AssetManifest
}

/**
 * Changes a cloud assembly in its folder; also the name under which its template is published: that
 * is its hash, and what has been published under a name is not published again.
 */
export function rewriteAssembly(
  folder: string,
  stackName: string,
  change: (assembly: Assembly) => Assembly,
): void {
  const file = (name: string) => join(folder, name)
  const read = (name: string) => readFileSync(file(name), 'utf8')
  const [template, assets] = [`${stackName}.template.json`, `${stackName}.assets.json`]
  const manifest = read('manifest.json')
  const published = /\/([0-9a-f]{64})\.json/.exec(manifest)?.[1]
  if (published === undefined) throw new Error('The assembly does not say where its template goes.')

  const changed = change({ template: JSON.parse(read(template)), assets: JSON.parse(read(assets)) })
  const text = JSON.stringify(changed.template)
  const hash = createHash('sha256').update(text).digest('hex')
  writeFileSync(file(template), text)
  writeFileSync(file(assets), JSON.stringify(changed.assets).replaceAll(published, hash))
  writeFileSync(file('manifest.json'), manifest.replaceAll(published, hash))
}
