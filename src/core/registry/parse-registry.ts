import * as z from 'zod/mini'
import type { Reach } from './check-addresses.ts'
import { checkRegistry } from './check-registry.ts'
import { type Problem, pathOf } from './problem.ts'
import { type RegistryFile, registryFile } from './registry-file.ts'

export type ParsedRegistry =
  | { readonly file: RegistryFile }
  | { readonly problems: readonly Problem[] }

/** Field names under which people tend to write down what must not stand in the file. */
const SECRET_LIKE = /secret|password|token|private/i

/** Reads a registry file's text: its form first, and if that is right, what it says. */
export function parseRegistry(
  text: string,
  options: { readonly upstreams: Reach },
): ParsedRegistry {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { problems: [{ path: '', message: notJson(error) }] }
  }

  const parsed = registryFile.safeParse(json, { error: explain })
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(({ path, message }) => ({
        path: pathOf(...path),
        message,
      })),
    }
  }

  const problems = checkRegistry(parsed.data, options)
  return problems.length > 0 ? { problems } : { file: parsed.data }
}

const english = z.locales.en()

function explain(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key}"`).join(', ')
    return issue.keys.some((key) => SECRET_LIKE.test(key))
      ? `${names}: unknown here, and secrets never stand in this file. Remove it; set secrets with "sallyport secret set".`
      : `${names}: unknown here. Correct the name, or remove it.`
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return `Missing. Add it (${issue.expected}).`
  }
  const said = english.localeError(issue)
  return `${(typeof said === 'string' ? said : said?.message) ?? 'Invalid input'}.`
}

/** The engine's own message may quote the file, and so a secret that should not be there. */
function notJson(error: unknown): string {
  const place = /line \d+ column \d+/.exec(error instanceof Error ? error.message : '')?.[0]
  return `Not JSON${place ? `, at ${place}` : ''}. An editor that knows JSON marks the place.`
}
