const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Markup that is well-formed: made by {@link xml} only. */
export interface Markup {
  readonly markup: string
}

/** XML with every value in it escaped; a value that is itself {@link Markup} stays as it is. */
export function xml(
  strings: TemplateStringsArray,
  ...values: readonly (string | Markup | readonly Markup[])[]
): Markup {
  const parts = values.map((value, index) => `${written(value)}${strings[index + 1] ?? ''}`)
  return { markup: [strings[0], ...parts].join('') }
}

function written(value: string | Markup | readonly Markup[]): string {
  if (typeof value === 'string') return value.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? '')
  if ('markup' in value) return value.markup
  return value.map(({ markup }) => markup).join('')
}
