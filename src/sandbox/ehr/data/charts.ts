import type { Chart } from './chart.ts'
import { amaraOsei } from './charts/amara-osei.ts'
import { danielBegay } from './charts/daniel-begay.ts'
import { georgePapadakis } from './charts/george-papadakis.ts'
import { hannahWeiss } from './charts/hannah-weiss.ts'
import { josephOkafor } from './charts/joseph-okafor.ts'
import { linhNguyen } from './charts/linh-nguyen.ts'
import { mateoIbarra } from './charts/mateo-ibarra.ts'
import { rosaDelgado } from './charts/rosa-delgado.ts'
import { sofiaMarchetti } from './charts/sofia-marchetti.ts'
import { walterLindqvist } from './charts/walter-lindqvist.ts'

/** The sandbox's ten patients. */
export const CHARTS: readonly [Chart, ...Chart[]] = [
  rosaDelgado,
  walterLindqvist,
  amaraOsei,
  mateoIbarra,
  hannahWeiss,
  georgePapadakis,
  linhNguyen,
  josephOkafor,
  sofiaMarchetti,
  danielBegay,
]
