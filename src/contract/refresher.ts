/** What a schedule wakes the refresher with: the shards of the due index that are its own. */
export interface RefresherEvent {
  readonly firstShard: number
  /** Included. */
  readonly lastShard: number
}
