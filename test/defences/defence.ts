/** A defense, the patch that takes it out, and the test that must then fail. */
export interface Defence {
  /** Rows of `docs/threats.md` that it is for. */
  readonly rows: readonly number[]
  readonly defence: string
  readonly patch: {
    readonly file: string
    /** Stands in the file exactly once. */
    readonly find: string
    readonly replace: string
  }
  readonly shownBy: NamedTest
}

/** A test of one of the quick projects. */
export interface NamedTest {
  readonly project: 'unit' | 'contract' | 'stack'
  readonly file: string
  /** The test's name, or the part of it that all its cases have. */
  readonly test: string
}

export const unit = inProject('unit')
export const contract = inProject('contract')
export const stack = inProject('stack')

function inProject(project: NamedTest['project']) {
  return (file: string, test: string): NamedTest => ({ project, file, test })
}
