import * as z from 'zod/mini'

const named = z.object({ who: z.object({ identifier: z.object({ value: z.string() }) }) })

/** Of the AuditEvent that the doors write, what is printed. */
const auditEvent = z.object({
  id: z.string(),
  recorded: z.string(),
  outcomeDesc: z.optional(z.string()),
  /** The app, and the session where there was one. */
  agent: z.array(named),
  source: z.object({ site: z.optional(z.string()) }),
  entity: z.array(
    z.object({
      what: z.object({ reference: z.optional(z.string()), type: z.optional(z.string()) }),
      description: z.optional(z.string()),
    }),
  ),
  extension: z.array(z.object({ url: z.string(), valueInteger: z.optional(z.number()) })),
})

/** As much of a session's key as `sessions list` prints. */
const SHORT_KEY = 12

/** An audit record for people: when, what came of it, who, and what of whom. */
export function auditLine(message: string): string {
  const parsed = auditEvent.safeParse(JSON.parse(message))
  if (!parsed.success) return 'a record that is not understood: --json prints it'
  const { id, recorded, outcomeDesc, agent, source, entity, extension } = parsed.data
  const status = extension.find(({ url }) => url.endsWith(':status'))?.valueInteger ?? 0
  const [app, session] = agent.map(({ who }) => who.identifier.value)
  const done = entity.map(({ what, description }) =>
    [description, what.reference ?? what.type].filter(Boolean).join(' '),
  )
  return [
    recorded,
    `${status}${outcomeDesc === undefined ? '' : ` ${outcomeDesc}`}`,
    app,
    ...(source.site === undefined ? [] : [source.site]),
    ...(session === undefined ? [] : [session.slice(0, SHORT_KEY)]),
    done.join(', ') || 'nothing was asked',
    `reference ${id}`,
  ].join('  ')
}
