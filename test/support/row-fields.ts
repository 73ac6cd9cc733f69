import type { Table } from '#core/data-model/mapping/table.ts'

/** The field of each row, and of the rows of its own table. */
export function rowFields(table: Table): readonly string[] {
  return table.rows.flatMap(({ to, as: rule }) => {
    const below = rule.table ? rowFields(rule.table) : []
    return [...(to === '' ? [] : [to]), ...below.map((one) => (to === '' ? one : `${to}.${one}`))]
  })
}
