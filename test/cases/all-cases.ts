import { c04a } from './c04a-two-films';
import { c05 } from './c05-gp-not-urgent';
import { c06 } from './c06-fax';
import { c07 } from './c07-a-month-later';
import { c09 } from './c09-sixteen-days';
import { c10 } from './c10-locum';
import { c11 } from './c11-upload';
import { c12Report } from './c12-low-definition';
import { c13 } from './c13-ed-ward';
import { c14 } from './c14-not-audited';
import { c16 } from './c16-hsib-reference';
import { c19 } from './c19-overnight-preliminary';
import { c20 } from './c20-cancelled-but-scanned';
import { c21 } from './c21-told-normal-then-amended';
import { c22 } from './c22-unregistered';
import type { Case, NotYet } from './case';

/** The cases that are played. */
export const CASES: readonly Case[] = [
  c04a,
  c05,
  c06,
  c07,
  c09,
  c10,
  c11,
  c12Report,
  c13,
  c14,
  c16,
  c19,
  c20,
  c21,
  c22,
];

const CONTENT = 'discrepancies, candour and learning';

/** The other cases of the specification, and what they wait for. */
export const NOT_YET: readonly NotYet[] = [
  { id: 'C01', title: 'staging-ct', waitsFor: CONTENT },
  { id: 'C02', title: 'emphysema', waitsFor: CONTENT },
  { id: 'C03', title: 'pelvis-mdt', waitsFor: CONTENT },
  { id: 'C04b', title: 'two-films (content)', waitsFor: CONTENT },
  { id: 'C08', title: 'subcontracted', waitsFor: CONTENT },
  { id: 'C12-content', title: 'low-definition (content)', waitsFor: CONTENT },
  { id: 'C15', title: 'not-learned', waitsFor: 'recommendations with owner and date' },
  { id: 'C17', title: 'death', waitsFor: 'sends to patients' },
  { id: 'C18', title: 'child on hold', waitsFor: 'sends to patients' },
];
