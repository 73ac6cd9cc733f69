/** An element of a parsed message: plain data, so that what was checked cannot change. */
export interface XmlElement {
  readonly namespace: string
  /** Without a prefix. */
  readonly name: string
  /** Those without a prefix by their name, others as `{namespace}name`; no declarations. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Its own characters; not those of its children. */
  readonly text: string
}

/** Whether an element has this qualified name. */
export function isElement(element: XmlElement, namespace: string, name: string): boolean {
  return element.namespace === namespace && element.name === name
}

/** The children of a qualified name. */
export function childrenOf(
  element: XmlElement,
  namespace: string,
  name: string,
): readonly XmlElement[] {
  return element.children.filter((child) => isElement(child, namespace, name))
}

/** The element itself and all that are in it, in the order of the document. */
export function everyElement(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(everyElement)]
}

/** The characters of an element that has nothing else; `undefined` for one with elements in it. */
export function simpleText(element: XmlElement): string | undefined {
  return element.children.length === 0 ? element.text.trim() : undefined
}
