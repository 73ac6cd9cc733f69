import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A map that survives a restart when it has a file. */
export interface StateFile<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  entries(): IterableIterator<[string, Value]>
}

/**
 * A map kept in a JSON file, written whole and at once at every change; in memory without a file.
 * Only its owner can read it: it holds keys and secrets.
 */
export function stateFile<Value>(path: string | undefined): StateFile<Value> {
  const values = new Map<string, Value>(path ? read<Value>(path) : [])
  const save = () => {
    if (!path) return
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, JSON.stringify([...values]), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  return {
    get: (key) => values.get(key),
    set(key, value) {
      values.set(key, value)
      save()
    },
    delete(key) {
      values.delete(key)
      save()
    },
    entries: () => values.entries(),
  }
}

function read<Value>(path: string): [string, Value][] {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
