import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { listSection } from './section.ts'

const DEVICE: Table = {
  source: 'r4/device',
  rows: [
    { to: 'Status', from: 'status', as: text },
    { to: 'Product', from: ['type', 'deviceName.name'], as: codeWithAlternatives },
  ],
  cannot: {
    StartDate: 'A device says when it was made, and not since when it is in use.',
    Quantity: 'Each device is a resource of its own.',
  },
}

export const medicalEquipment = listSection({
  search: { section: 'MedicalEquipment', type: 'Device', keep: (resource) => !isVoid(resource) },
  table: DEVICE,
})
