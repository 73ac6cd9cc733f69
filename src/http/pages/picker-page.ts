import type { HttpResponse } from '#http/http-handler.ts'
import { type Html, html, joined } from './html.ts'
import { inlineStyle, page } from './page.ts'

/** Longer texts are not looked for. */
export const LONGEST_SEARCH = 100

/** An organization to choose. */
export interface PickerChoice {
  /** An address of ours: where its launch begins. */
  readonly url: string
  readonly name: string
  readonly note?: string
  readonly locations: readonly string[]
  readonly moreLocations: number
  /** A `data:` URL. */
  readonly logo?: string
}

export interface PickerPage {
  readonly appName: string
  /** The picker's own address, which the search goes to. */
  readonly pickerUrl: string
  readonly search: string
  readonly choices: readonly PickerChoice[]
  readonly total: number
  readonly from: number
  readonly page: number
  readonly pages: number
}

const STYLE = inlineStyle(`
main{margin-top:6vh}
form{display:flex;flex-wrap:wrap;gap:.5rem}
label{flex-basis:100%}
input{font:inherit;flex:1 1 12rem;min-width:0;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink)}
ul{list-style:none;margin:0;padding:0}
li{border-top:1px solid var(--line)}
li a{text-decoration:none;display:grid;grid-template-columns:3rem 1fr;gap:0 .75rem;align-items:center;min-height:3rem;padding:.6rem 0;overflow-wrap:anywhere}
li img{grid-row:span 3;width:3rem;height:3rem;object-fit:contain;background:#fff;border-radius:.25rem}
li span,li small{grid-column:2}
li span{text-decoration:underline}
nav{display:flex;flex-wrap:wrap;gap:0 1.5rem;border-top:1px solid var(--line)}
nav a,nav span{padding:.75rem 0}
@media(max-width:38rem){main{margin-top:1rem}}`)

/**
 * Has a person choose the organization to sign on at. It searches on the server and runs no script;
 * every address on it is one of ours, and every image is in the page. No site may frame it: a click
 * that was stolen would begin a launch.
 */
export function pickerPage(picker: PickerPage): HttpResponse {
  const { appName, pickerUrl, search, choices, total } = picker
  const title = search
    ? `${counted(total)} found for “${search}”`
    : 'Choose your hospital or clinic'
  return page({
    title,
    content: html`<p>${appName} opens with the record that you have there.</p>
<form role="search" action="${pickerUrl}">
<label for="search">Name, city or postal code</label>
<input id="search" name="search" type="search" value="${search}" maxlength="${String(LONGEST_SEARCH)}" autocomplete="off">
<button>Search</button>
</form>
${summary(picker)}
${choices.length > 0 ? html`<ul aria-label="Organizations">${joined(choices.map(item))}</ul>` : html``}
${pages(picker)}`,
    style: STYLE,
    formAction: pickerUrl,
    frameAncestors: [],
    hasImages: choices.some(({ logo }) => logo !== undefined),
  })
}

function counted(total: number): string {
  return `${total.toLocaleString('en-US')} ${total === 1 ? 'organization' : 'organizations'}`
}

function summary(picker: PickerPage): Html {
  const { search, total, from, choices, pages: last, pickerUrl } = picker
  const all = search ? html` <a href="${pickerUrl}">Show all</a>` : html``
  if (total === 0) {
    return html`<p role="status">Check the spelling, or look for the city or the postal code.${all}</p>`
  }
  if (last === 1) return html`<p>${counted(total)}.${all}</p>`
  const range = `${from.toLocaleString('en-US')}–${(from + choices.length - 1).toLocaleString('en-US')}`
  return html`<p>${range} of ${counted(total)}.${all}</p>`
}

function item({ url, name, note, locations, moreLocations, logo }: PickerChoice): Html {
  const places = [...locations, ...(moreLocations > 0 ? [`${moreLocations} more`] : [])]
  return html`<li><a href="${url}">${joined([
    logo ? html`<img src="${logo}" alt="" width="48" height="48">` : html``,
    html`<span>${name}</span>`,
    note ? html`<small>${note}</small>` : html``,
    places.length > 0 ? html`<small>${places.join('; ')}</small>` : html``,
  ])}</a></li>`
}

function pages({ search, page: current, pages: last, pickerUrl }: PickerPage): Html {
  if (last === 1) return html``
  const to = (number: number) => {
    const query = new URLSearchParams({ ...(search && { search }), page: String(number) })
    return `${pickerUrl}?${query}`
  }
  return html`<nav aria-label="Pages">
${current > 1 ? html`<a href="${to(current - 1)}" rel="prev">Previous page</a>` : html``}
<span>Page ${current.toLocaleString('en-US')} of ${last.toLocaleString('en-US')}</span>
${current < last ? html`<a href="${to(current + 1)}" rel="next">Next page</a>` : html``}
</nav>`
}
