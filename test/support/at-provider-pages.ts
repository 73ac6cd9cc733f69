import { formOf, type PlainBrowser, type Visit } from './browser.ts'

/** Signs on at oidc-provider's own pages, as jane. */
export async function atProviderPages(browser: PlainBrowser, from: Visit): Promise<Visit> {
  let page = from
  while (page.text.includes('name="prompt"')) {
    const { action, fields } = formOf(page)
    const answer = await browser.submit({
      action,
      fields:
        fields['prompt'] === 'login' ? { prompt: 'login', login: 'jane', password: 'x' } : fields,
    })
    page = answer.location ? await browser.follow(answer.location) : answer
  }
  return page
}
