/** One line of a launch picker: a connection, as the people of its organization know it. */
export interface DirectoryEntry {
  readonly connection: string
  /** The organization's slug, by which its logo is found. */
  readonly organization: string
  readonly name: string
  /** What tells it from other connections of its organization. */
  readonly note?: string
  readonly aliases?: readonly string[]
  /** Each in one line. */
  readonly locations?: readonly string[]
  readonly hasLogo?: true
  /** Signs on at an identity provider, and not by SMART. */
  readonly saml?: true
}
