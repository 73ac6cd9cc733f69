import { BrokerError } from '#core/errors.ts'

/** A query begins at the first `?`, and has all that follow. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const at = url.indexOf('?')
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) }
}

/**
 * An entry's `request.url` without our base.
 *
 * @throws BrokerError `fhir_path_invalid` for one on another host
 */
export function entryUrl(
  url: string,
  ourBase: string,
): { readonly rest: string; readonly isAbsolute: boolean } {
  const isOurs = url.startsWith(ourBase) && /^(?:$|[/?])/.test(url.slice(ourBase.length))
  if (isOurs) return { rest: url.slice(ourBase.length), isAbsolute: true }
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|\\)/i.test(url.trim()) || url.includes('#')) {
    throw new BrokerError('fhir_path_invalid')
  }
  return { rest: url, isAbsolute: false }
}
