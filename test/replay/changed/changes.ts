import type { Change } from '../../support/change';

/**
 * Changes to the workflow's code that must never be deployed over running journeys. Each makes it ask something else of
 * Temporal than it did when the histories were recorded; the gate must say so.
 */
const file = 'workflows/imaging-journey.ts';

export const FORBIDDEN: readonly [what: string, ...changes: Change[]][] = [
  [
    'a pause before it loads',
    {
      file,
      from: 'let { state, rules, epoch } = await reload();',
      to: 'await condition(() => false, 1); let { state, rules, epoch } = await reload();',
    },
  ],
  [
    'another reading after each record',
    {
      file,
      from: 'state = fold(state, kept.events);',
      to: 'state = fold(state, kept.events); await load(journey);',
    },
  ],
  [
    'closing a run that used to go on',
    { file, from: 'if (idle && closed(state)) return;', to: 'if (idle && state.seq > 1) return;' },
  ],
  [
    'no timer for a deadline',
    {
      file,
      from: 'return alarm.until(next && nextInstant(next),',
      to: 'void next; void nextInstant; return alarm.until(undefined,',
    },
  ],
];

/** A change that histories do not see, since decisions are not in them: it may be deployed at any time. */
export const ALLOWED: readonly [what: string, ...changes: Change[]][] = [
  [
    'another word for what cannot be worked out',
    {
      file: 'domain/decide.ts',
      from: 'key: `reconcile:${code}:${cause}`',
      to: 'key: `reconcile:our-${code}:${cause}`',
    },
  ],
];

/** Another reading after each record, as the next release might bring it: over running journeys, and so under a patch's name. */
export const PATCHED: readonly Change[] = [
  { file, from: '  condition,\n', to: '  condition,\n  patched,\n' },
  {
    file,
    from: 'state = fold(state, kept.events);',
    to: "state = fold(state, kept.events); if (patched('another-reading')) await load(journey);",
  },
];
