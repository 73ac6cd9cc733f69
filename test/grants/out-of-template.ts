import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Grant } from '#local/iam/grants.ts'

interface Statement {
  readonly Sid?: string
  readonly Action: string | readonly string[]
}
interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Properties?: { PolicyDocument?: { Statement: Statement[] } } }>
  >
}

/** A template's JSON without one grant; the others stay as they are. */
function withoutGrant(template: string, { statement: id, action }: Grant): string {
  const parsed: Template = JSON.parse(template)
  const [policyId = '', place = ''] = id.split('#')
  const document = parsed.Resources[policyId]?.Properties?.PolicyDocument
  const index = document?.Statement.findIndex(
    ({ Sid }, at) => Sid === place || (Sid === undefined && String(at) === place),
  )
  const statement = document?.Statement[index ?? -1]
  if (!document || !statement || index === undefined) {
    throw new Error(`The template has no statement ${id}`)
  }
  const left = [statement.Action].flat().filter((one) => one !== action)
  if (left.length === [statement.Action].flat().length) {
    throw new Error(`${id} does not allow ${action}`)
  }
  document.Statement.splice(index, 1, ...(left.length > 0 ? [{ ...statement, Action: left }] : []))
  return JSON.stringify(parsed)
}

/** A cloud assembly in `folder` that is `assembly` without one grant; the assets are the same. */
export function assemblyWithoutGrant(assembly: string, folder: string, grant: Grant): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(assembly)) {
    const path = join(assembly, name)
    if (name.endsWith('.template.json')) {
      writeFileSync(join(folder, name), withoutGrant(readFileSync(path, 'utf8'), grant))
    } else symlinkSync(path, join(folder, name))
  }
}
