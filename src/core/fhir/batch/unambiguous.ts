import { BrokerError } from '#core/errors.ts'
import { JsonScanner, type JsonVisitor } from '#core/fhir/rewrite/json-scanner.ts'
import type { KeyReader } from '#core/fhir/rewrite/key-reader.ts'

/** Members that say what a batch asks for. */
const ASKING: readonly string[] = [
  ...['resourceType', 'type', 'entry', 'resource', 'request', 'method', 'url', 'ifNoneExist'],
]
const SPELLINGS = new Map(ASKING.map((name) => [name.toLowerCase(), name]))

const everyKey: KeyReader = {
  read: (data, start, end) => Buffer.from(data.subarray(start, end)).toString('utf8'),
  find: (key) => key,
}

/**
 * Holds a JSON text that was read here to mean the same to whoever else reads it. Of a member that
 * stands twice we read the last, and another reader may take the first; and there are readers for
 * which `URL` is `url`. FHIR has no use for either.
 *
 * @throws BrokerError `request_body_invalid`
 */
export function checkUnambiguous(body: Uint8Array): void {
  const objects: (Set<string> | undefined)[] = []
  const visitor: JsonVisitor = {
    open: (isArray) => void objects.push(isArray ? undefined : new Set()),
    close: () => void objects.pop(),
    key(name = '') {
      const members = objects.at(-1)
      const folded = name.toLowerCase()
      const spelling = SPELLINGS.get(folded)
      if (members?.has(folded) || (spelling !== undefined && spelling !== name)) {
        throw invalid('A member stands twice in it, or is spelled with other capitals.')
      }
      members?.add(folded)
    },
    wants: () => false,
    rewrite: (value) => value,
  }
  const scanner = new JsonScanner(visitor, everyKey)
  try {
    scanner.push(body)
    scanner.end()
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'request_body_invalid') throw error
    throw invalid('The body is not JSON.')
  }
}

function invalid(hint: string): BrokerError {
  return new BrokerError('request_body_invalid', { hint })
}
