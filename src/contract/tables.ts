/**
 * The three tables as their constructs build them and the stores use them.
 *
 * Synthesis and runtime meet only in this folder, so the two cannot disagree about a name.
 */
export const LAUNCHES_TABLE = {
  partitionKey: 'id',
  timeToLive: 'expiresAt',
} as const

/** Key prefixes in the Launches table; the grants of its construct are by prefix. */
export const LAUNCHES_PREFIX = {
  launch: 'launch#',
  saml: 'saml#',
  ticket: 'ticket#',
  replay: 'replay#',
  rescue: 'rescue#',
  health: 'health#',
} as const

export const SESSIONS_TABLE = {
  partitionKey: 'id',
  timeToLive: 'expiresAt',
  /**
   * Sparse: only sessions that the refresher is to look at have a shard. The shards are a fixed
   * number of partitions, so that no single one takes all writes.
   */
  dueIndex: { name: 'byDue', partitionKey: 'dueShard', sortKey: 'dueAt', shards: 16 },
  /** Sparse: only sessions that came of an OpenID sign-on. For logouts that name its `sid`. */
  sidIndex: { name: 'bySid', partitionKey: 'sidKey' },
  /** The same, for logouts that name the person alone. */
  subjectIndex: { name: 'bySubject', partitionKey: 'subjectKey' },
} as const

/** What whoever may only end a session may write of it: that it is ending, and due. */
export const SESSION_ENDED_ATTRIBUTES = ['id', 'status', 'dueShard', 'dueAt'] as const

/** What the logout function may read of a session beside its keys. */
export const LOGOUT_ATTRIBUTES = ['app', 'connection', 'status'] as const

/** What the token function may read of a session: whose it is, of which launch, and when it ends. */
export const SESSION_END_ATTRIBUTES = [
  'id',
  'app',
  'connection',
  'launchId',
  'status',
  'expiresAt',
  'lastUsedAt',
  'idleSeconds',
] as const

/** What the session function may read: what a session is, and nothing of its tokens. */
export const SESSION_VIEW_ATTRIBUTES = [
  ...SESSION_END_ATTRIBUTES,
  'patient',
  'encounter',
  'scopes',
  'createdAt',
] as const

export const REGISTRY_TABLE = {
  partitionKey: 'id',
  /** Sparse: only connections have an issuer, which is their FHIR base URL in its normal form. */
  issuerIndex: { name: 'byIssuer', partitionKey: 'issuer' },
} as const

/** Key prefixes in the Registry table. */
export const REGISTRY_PREFIX = {
  organization: 'organization#',
  app: 'app#',
  client: 'client#',
  registration: 'registration#',
  connection: 'connection#',
  directory: 'directory#',
} as const
