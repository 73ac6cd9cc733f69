/** States, each a few whole numbers, by the order in which they were met. */
export interface StateTable {
  readonly size: number
  /** The number of a state, and keeps it if it is new: then that is the {@link size} before. */
  add(state: Int32Array): number
  /** Copies a state out. */
  read(index: number, into: Int32Array): void
}

/** A hash table of open addresses: a `Set` of texts takes ten times the time and memory. */
export function stateTable(width: number): StateTable {
  let states = new Int32Array(width * 1_024)
  let slots = new Int32Array(4_096)
  let size = 0

  const hashOf = (words: Int32Array, from: number): number => {
    let hash = 0
    for (let at = 0; at < width; at += 1) {
      hash = Math.imul(hash ^ (words[from + at] ?? 0), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return hash >>> 0
  }
  const isAt = (index: number, state: Int32Array): boolean => {
    for (let at = 0; at < width; at += 1) {
      if (states[index * width + at] !== state[at]) return false
    }
    return true
  }
  const grow = (): void => {
    slots = new Int32Array(slots.length * 4)
    for (let index = 0; index < size; index += 1) {
      let slot = hashOf(states, index * width) & (slots.length - 1)
      while (slots[slot]) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = index + 1
    }
  }

  return {
    get size() {
      return size
    },
    add(state) {
      let slot = hashOf(state, 0) & (slots.length - 1)
      for (let entry = slots[slot]; entry; entry = slots[slot]) {
        if (isAt(entry - 1, state)) return entry - 1
        slot = (slot + 1) & (slots.length - 1)
      }
      if ((size + 1) * width > states.length) {
        const larger = new Int32Array(states.length * 2)
        larger.set(states)
        states = larger
      }
      states.set(state, size * width)
      slots[slot] = size + 1
      size += 1
      if (size * 2 > slots.length) grow()
      return size - 1
    },
    read(index, into) {
      for (let at = 0; at < width; at += 1) into[at] = states[index * width + at] ?? 0
    },
  }
}
