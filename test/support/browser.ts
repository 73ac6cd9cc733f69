import { type RawRequest, send } from './send.ts'

/** An answer, and what a browser would make of it. */
export interface Visit {
  readonly status: number
  readonly url: string
  readonly headers: Headers
  readonly text: string
  /** `Location`, absolute; `undefined` where there is none. */
  readonly location: string | undefined
}

/** The form on a page, as submitting it would send it. */
export interface PageForm {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

/** A jar's content, by host and name. */
export type KeptCookies = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * A browser's share of a launch over plain HTTP: cookies by host (cookies do not know ports),
 * redirects followed when told to, forms read and posted. Each has a jar of its own, as two people
 * have.
 *
 * @param kept cookies by host, of a browser that was closed
 */
export function plainBrowser(kept: KeptCookies = {}) {
  const jar = new Map(
    Object.entries(kept).map(([hostname, cookies]) => [hostname, new Map(Object.entries(cookies))]),
  )

  async function visit(url: string, request: RawRequest = {}): Promise<Visit> {
    const { hostname } = new URL(url)
    const cookies = jar.get(hostname) ?? new Map<string, string>()
    jar.set(hostname, cookies)

    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await send(url, {
      ...request,
      headers: { 'sec-fetch-mode': 'navigate', ...(cookie && { cookie }), ...request.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const separator = pair.indexOf('=')
      const name = pair.slice(0, separator)
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) cookies.delete(name)
      else cookies.set(name, pair.slice(separator + 1))
    }
    const location = response.headers.get('location')
    return {
      status: response.status,
      url,
      headers: response.headers,
      text: await response.text(),
      location: location === null ? undefined : new URL(location, url).href,
    }
  }

  return {
    visit,
    /** Cookies of a host, by name. */
    cookies: (hostname: string): ReadonlyMap<string, string> => jar.get(hostname) ?? new Map(),
    /** Visits, and goes on for as long as it is redirected; at most ten times. */
    async follow(url: string): Promise<Visit> {
      let page = await visit(url)
      for (let hop = 0; page.location && hop < 10; hop += 1) page = await visit(page.location)
      return page
    },
    submit: ({ action, fields }: PageForm, headers: Record<string, string> = {}) =>
      visit(action, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
  }
}

export type PlainBrowser = ReturnType<typeof plainBrowser>

/** The first form of a page; throws if there is none, so that a test says what it met instead. */
export function formOf({ text, url }: Visit): PageForm {
  const form = /<form[^>]*>[\s\S]*?<\/form>/i.exec(text)?.[0]
  if (!form) throw new Error(`no form on the page: ${text.slice(0, 400)}`)
  const attribute = (tag: string, name: string) =>
    new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  const fields = [...form.matchAll(/<(?:input|button)[^>]*>/gi)].flatMap(([tag]) => {
    const name = attribute(tag, 'name')
    return name ? [[name, attribute(tag, 'value') ?? ''] as const] : []
  })
  return {
    action: new URL(attribute(form, 'action') ?? '', url).href,
    fields: Object.fromEntries(fields),
  }
}
