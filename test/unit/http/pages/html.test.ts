import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '#http/pages/html.ts'

const MEANING: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

describe('html', () => {
  it('lets no value out of its text or attribute, and loses none of it', () => {
    const text = fc.string({ unit: fc.constantFrom('&', '<', '>', '"', "'", '/', ';', 'a', '=') })

    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (value) => {
        const [, attribute, content] =
          /^<p title="([^"]*)">([^<>]*)<\/p>$/.exec(
            html`<p title="${value}">${value}</p>`.markup,
          ) ?? []

        expect(attribute).toBe(content)
        expect(content?.replace(/&\w+;|&#39;/g, (entity) => MEANING[entity] ?? '?')).toBe(value)
      }),
    )
  })

  it('leaves markup of its own as it is', () => {
    expect(html`<p>${html`<b>${'<'}</b>`}</p>`.markup).toBe('<p><b>&lt;</b></p>')
  })
})
