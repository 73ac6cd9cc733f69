import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Keeps a folder for this stack alone; what gives it back is returned. Two that write to one database
 * would destroy it.
 *
 * @throws Error if a running process has it; the lock of one that has ended is taken over
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'lock')
  const take = () => writeFileSync(file, String(process.pid), { flag: 'wx' })
  try {
    take()
  } catch {
    const owner = Number(readFileSync(file, 'utf8'))
    if (isRunning(owner)) throw new Error(`${folder} is in use by process ${owner} (${file})`)
    rmSync(file)
    take()
  }
  return () => rmSync(file, { force: true })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Of another user, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
