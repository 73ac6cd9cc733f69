/** A date (`2014-06-02`), or how many days ago. */
export type Day = string | number

/** Times counted back from when the sandbox was started, so that charts stay fresh. */
export interface Calendar {
  /** The instant that many days and minutes ago, in whole minutes; negative ones are later. */
  ago(days: number, minutes?: number): string
  /** The date of a day. */
  date(day: Day): string
}

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS

export function calendarOf(now: Date): Calendar {
  const ago: Calendar['ago'] = (days, minutes = 0) => {
    const instant = new Date(now.getTime() - days * DAY_MS - minutes * MINUTE_MS)
    return `${instant.toISOString().slice(0, 16)}:00Z`
  }
  return { ago, date: (day) => (typeof day === 'string' ? day : ago(day).slice(0, 10)) }
}
