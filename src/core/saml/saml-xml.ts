import type { XmlElement } from './xml-element.ts'

/** The one parser of messages, and the signatures over what it read. */
export interface SamlXml {
  /** Parses a text that `requirePlainXml` has let through; rejects what is no XML document. */
  parse(text: string): Promise<XmlElement>

  /**
   * Verifies the signature that stands directly in the element with this `ID`, and covers it, by one
   * of these certificates; a key in the message counts for nothing.
   *
   * @param certificates base64 of the DER, as metadata has them
   * @returns the canonical text of what was signed, the signature taken out: nothing else of the
   * message may be believed. `undefined` when no certificate verifies it.
   */
  signedText(text: string, id: string, certificates: readonly string[]): Promise<string | undefined>
}
