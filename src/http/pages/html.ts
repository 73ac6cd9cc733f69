const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Markup that is safe to send; made by {@link html} only. */
export interface Html {
  readonly markup: string
}

/**
 * Markup with every value in it escaped, for text and for quoted attributes. A value that is itself
 * {@link Html} stays as it is. Not for a script, a style or an unquoted attribute.
 */
export function html(strings: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const rest = values.map((value, index) => {
    const text = typeof value === 'string' ? escapeText(value) : value.markup
    return text + (strings[index + 1] ?? '')
  })
  return { markup: [strings[0], ...rest].join('') }
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Several pieces of markup, a line each. */
export function joined(parts: readonly Html[]): Html {
  return { markup: parts.map(({ markup }) => markup).join('\n') }
}
