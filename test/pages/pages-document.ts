import { type Owner, PAGES, pageNames, type WindowName } from './page-list.ts'
import { fileOf, windowNames } from './picture-record.ts'

const OWNERS: Readonly<Record<Owner, { readonly title: string; readonly about: string }>> = {
  broker: {
    title: 'The broker’s pages',
    about:
      'What a deployment shows to clinicians and patients. They load nothing, run no script but their own, follow the system’s light or dark colors, and go on by a button or link where scripts are off.',
  },
  app: {
    title: 'The demo app’s pages',
    about:
      'How an app may look on Sallyport: whom it shows, and what it says when something fails.',
  },
  ehr: {
    title: 'The sandbox EHR’s pages',
    about: 'The other side of a launch, on your machine alone.',
  },
}

const WINDOW_TITLES: Readonly<Record<WindowName, string>> = {
  phone: 'Phone, 390 px',
  frame: 'EHR’s frame, 600 px',
  desktop: 'Desktop, 1280 px',
}

const PICTURE_WIDTHS: Readonly<Record<WindowName, number>> = {
  phone: 150,
  frame: 230,
  desktop: 300,
}

/** `docs/pages.md`: every page, with its pictures. */
export function pagesDocument(): string {
  return `# Pages

Every page that a person can see, as Chromium shows it on a phone, in an EHR’s frame and on a desktop. \`npm run pictures\` takes the pictures anew,
and writes what each page says beside them ([pictures/pages.json](pictures/pages.json)); \`npm run docs\` writes this page, from the list in
\`test/pages/page-list.ts\`. A test opens each page and fails where it says or looks otherwise than its picture, is wider than its window, or has a finding
of axe-core at one of these widths, in light or dark; another fails where the source has a page that is not on the list.
In the pictures reference ids, times and the end of the SessionID are made-up; a page longer than 900 px is cut off.
${Object.entries(OWNERS)
  .map(([owner, { title, about }]) => `\n## ${title}\n\n${about}\n\n${table(owner as Owner)}`)
  .join('\n')}`
}

function table(owner: Owner): string {
  const titles = windowNames().map((window) => WINDOW_TITLES[window])
  const rows = pageNames()
    .filter((name) => PAGES[name].owner === owner)
    .map((name) => {
      const { heading, seen, next } = PAGES[name]
      const pictures = windowNames().map((window) => {
        const alt = `${heading}, ${WINDOW_TITLES[window]}`
        return `<img src="pictures/${fileOf(name, window)}" width="${PICTURE_WIDTHS[window]}" alt="${alt}">`
      })
      return `| **${heading}**<br>${seen}<br>*Then:* ${next} | ${pictures.join(' | ')} |`
    })
  return [
    `| Who sees it, and what to do | ${titles.join(' | ')} |`,
    `| --- | ${titles.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
  ].join('\n')
}
