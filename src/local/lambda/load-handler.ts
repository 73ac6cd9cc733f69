import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runtimeError } from './lambda-error.ts'

/** A function's handler, whichever way it answers. */
export type Handler = (...values: readonly unknown[]) => unknown

/**
 * Loads the export that a handler string names, as Lambda's runtime for Node.js does.
 *
 * @throws Error `Runtime.MalformedHandlerName`, `Runtime.ImportModuleError` or
 * `Runtime.HandlerNotFound`; what the module itself throws passes through
 */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const [, folder = '', name = '', exported = ''] = /^(.*\/)?([^./]+)\.(.+)$/.exec(handler) ?? []
  if (name === '') throw runtimeError('MalformedHandlerName', `Bad handler ${handler}`)

  const file = ['.js', '.mjs', '.cjs']
    .map((extension) => resolve(taskRoot, `${folder}${name}${extension}`))
    .find((candidate) => existsSync(candidate))
  if (!file) throw runtimeError('ImportModuleError', `Error: Cannot find module '${name}'`)

  const module: unknown = await import(pathToFileURL(file).href)
  const found = exported.split('.').reduce(member, module)
  if (!isHandler(found)) {
    throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`)
  }
  return found
}

function member(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}
