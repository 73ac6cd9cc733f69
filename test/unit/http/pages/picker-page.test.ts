import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type PickerPage, pickerPage } from '#http/pages/picker-page.ts'

const CHOICE = {
  url: 'https://broker.example/live/launch/general',
  name: 'General',
  locations: ['Bristol, RI', 'Newport, RI'],
  moreLocations: 0,
}

const PICKER: PickerPage = {
  appName: 'Heartline',
  pickerUrl: 'https://broker.example/live/launch/heartline',
  search: '',
  choices: [CHOICE],
  total: 1,
  from: 1,
  page: 1,
  pages: 1,
}
const bodyOf = (changes: Partial<PickerPage> = {}) => pickerPage({ ...PICKER, ...changes }).body

describe('the launch picker', () => {
  it('names an organization with its places, and what is no place with nothing', () => {
    expect(bodyOf()).toContain('<small>Bristol, RI; Newport, RI</small>')
    expect(bodyOf({ choices: [{ ...CHOICE, locations: [] }] })).not.toContain('<small>')
    expect(
      bodyOf({ choices: [{ ...CHOICE, locations: ['Bristol'], moreLocations: 3 }] }),
    ).toContain('<small>Bristol; 3 more</small>')
    expect(bodyOf({ choices: [{ ...CHOICE, note: 'Patients' }] })).toContain(
      '<small>Patients</small>',
    )
  })

  it('has one page without a way to others', () => {
    expect(bodyOf()).toContain('<p>1 organization.</p>')
    expect(bodyOf()).not.toMatch(/<nav|Show all/)
  })

  it('leads back from a search, found or not', () => {
    const showAll = '<a href="https://broker.example/live/launch/heartline">Show all</a>'

    expect(bodyOf({ search: 'gen' })).toContain(`<p>1 organization. ${showAll}</p>`)
    expect(bodyOf({ search: 'x', choices: [], total: 0 })).toContain(`postal code. ${showAll}</p>`)
    expect(bodyOf({ search: 'x', choices: [], total: 0 })).not.toContain('<ul')
  })

  it('leads to the pages before and after, where there are any', () => {
    const at = (page: number) =>
      bodyOf({ search: 'a b', page, pages: 3, total: 1_041, from: page * 20 - 19 })
    const link = (page: number, rel: string) =>
      `<a href="https://broker.example/live/launch/heartline?search=a+b&amp;page=${page}" rel="${rel}">`

    expect(at(1)).toContain(link(2, 'next'))
    expect(at(1)).not.toContain('rel="prev"')
    expect(at(2)).toContain(link(1, 'prev'))
    expect(at(2)).toContain(link(3, 'next'))
    expect(at(2)).toContain('<span>Page 2 of 3</span>')
    expect(at(2)).toContain('<p>21–21 of 1,041 organizations.')
    expect(at(3)).not.toContain('rel="next"')
  })

  it('says, of what there is, no more than that', () => {
    const text = (changes: Partial<PickerPage>) =>
      bodyOf(changes)
        .replace(/<style>.*?<\/style>/gs, '')
        .replace(/<[^>]*>/g, '')
        .replace(/\s+/g, ' ')
        .split('Search ')[1]
    const bare = { ...CHOICE, locations: [] }

    expect(text({ choices: [bare] })).toBe('1 organization. General ')
    expect(text({ choices: [bare], total: 1, pages: 2 })).toBe(
      '1–1 of 1 organization. General Page 1 of 2 Next page ',
    )
    expect(text({ choices: [bare], total: 1, page: 2, pages: 2 })).toBe(
      '1–1 of 1 organization. General Previous page Page 2 of 2 ',
    )
    expect(text({ choices: [], total: 0 })).toBe(
      'Check the spelling, or look for the city or the postal code. ',
    )
  })

  it('has two styles, its own and that of all pages, and allows these alone', () => {
    const page = pickerPage(PICKER)
    const hashes = [...page.body.matchAll(/<style>(.*?)<\/style>/gs)].map(
      ([, rules = '']) => `'sha256-${createHash('sha256').update(rules).digest('base64')}'`,
    )

    expect(hashes).toHaveLength(2)
    expect(page.headers?.['content-security-policy']).toContain(`; style-src ${hashes.join(' ')};`)
  })

  it('holds nothing that is not there', () => {
    for (const page of [bodyOf(), bodyOf({ choices: [], total: 0 }), bodyOf({ pages: 2 })]) {
      expect(page).not.toMatch(/undefined|\[object|<img/)
    }
  })
})
