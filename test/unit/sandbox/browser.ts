/** A page as a browser has it after following what it was told to follow. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}

export interface Browser {
  /** Goes to an address, and on wherever redirects lead; stops before an origin of `stopAt`. */
  open(url: string): Promise<Page>
  /** Sends the page's form: its fields, and the button or choices named. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/**
 * A browser without a screen: keeps cookies by host and path, follows redirects, sends forms.
 *
 * @param stopAt addresses starting so are not fetched; the redirect to them is where a visit ends
 */
export function openBrowser(stopAt: string): Browser {
  const cookies = new Map<string, Cookie>()

  const visit = async (url: string, init: RequestInit = {}): Promise<Page> => {
    const { pathname } = new URL(url)
    const sent = [...cookies.values()].filter(({ path }) => pathname.startsWith(path))
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; ') },
    })
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      const path = /; path=([^;]*)/i.exec(header)?.[1] ?? '/'
      if (value === '') cookies.delete(name + path)
      else cookies.set(name + path, { name, value, path })
    }
    const location = response.headers.get('location')
    if (!location) return { url, status: response.status, text: await response.text() }
    const next = new URL(location, url).href
    return next.startsWith(stopAt)
      ? { url: next, status: response.status, text: '' }
      : await visit(next)
  }

  return {
    open: (url) => visit(url),
    submit: (page, fields) => {
      const action = /<form[^>]* action="([^"]*)"/.exec(page.text)?.[1] ?? page.url
      return visit(new URL(action, page.url).href, {
        method: 'POST',
        body: new URLSearchParams(fields),
      })
    },
  }
}
