import type { OnAwsCall } from '#local/aws-endpoint.ts'

/** What a session's row and its authorization server saw of one renewal after the other. */
export type Entry =
  /** The lease was taken, to present the refresh token. */
  | { readonly is: 'journaled'; readonly by: string; readonly phase: 'redeeming' | 'taking-over' }
  /** The refresh token arrived. */
  | { readonly is: 'presented'; readonly token: string }

interface Values {
  readonly [name: string]: {
    readonly S?: string
    readonly M?: { readonly id?: { readonly S?: string }; readonly phase?: { readonly S?: string } }
  }
}

/** Keeps what is written of leases as the database takes it, and what is presented as it arrives. */
export function renewalJournal() {
  const entries = new Map<string, Entry[]>()
  /** Who presents a refresh token for the second time now, by the lease's owner. */
  const takingOver = new Map<string, string>()

  const add = (session: string, entry: Entry) => {
    const known = entries.get(session)
    if (known) known.push(entry)
    else entries.set(session, [entry])
  }

  const onCall: OnAwsCall = ({ caller, action, input }, moment) => {
    if (action !== 'UpdateItem') return
    const values = (input['ExpressionAttributeValues'] ?? {}) as Values
    const owner = values[':owner']?.S
    if (owner === undefined) return
    if (!String(input['UpdateExpression']).includes('fence = fence + :one')) {
      if (moment === 'after') takingOver.delete(owner)
      return
    }
    const { id, phase } = values[':attempt']?.M ?? {}
    const isTakingOver = phase?.S === 'taking-over'
    if (isTakingOver && moment === 'before') takingOver.set(owner, caller)
    // An attempt of another's is taken to bring in what was rescued, and to mark it.
    if (moment === 'before' || (id?.S !== owner && !isTakingOver)) return
    const session = (input['Key'] as { readonly id: { readonly S: string } }).id.S
    const written = isTakingOver ? 'taking-over' : 'redeeming'
    add(session, { is: 'journaled', by: caller, phase: written })
  }

  return {
    onCall,
    presented: (session: string, token: string) => add(session, { is: 'presented', token }),
    of: (session: string): readonly Entry[] => entries.get(session) ?? [],
    /** The one whose attempt is the last in a session's journal. */
    lastHolder: (session: string): string | undefined => {
      const all = entries.get(session) ?? []
      for (let index = all.length - 1; index >= 0; index -= 1) {
        const entry = all[index]
        if (entry?.is === 'journaled') return entry.by
      }
      return undefined
    },
    isTakingOver: (caller: string): boolean => [...takingOver.values()].includes(caller),
    /** All that were under way have ended, one way or another. */
    settled: () => takingOver.clear(),
  }
}
