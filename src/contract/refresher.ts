/** What a schedule wakes the refresher with. */
export interface RefresherEvent {
  /** The shards of the due index that are the schedule's own. */
  readonly firstShard: number
  /** Included. */
  readonly lastShard: number
  /** Sessions in work at once. */
  readonly concurrency: number
}
