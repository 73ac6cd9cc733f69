/** Markup that is safe to put on a page as it is. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | undefined | false | readonly Part[]

/**
 * Builds markup from a template: whatever is put into it is escaped, unless it is itself {@link Html}.
 * Absent parts (`undefined`, `false`) leave nothing behind.
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    markup: template.map((text, index) => text + render(parts[index])).join(''),
  }
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part))
  return 'markup' in part ? part.markup : part.map(render).join('')
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
