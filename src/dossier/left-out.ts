import type { Recorded } from './recorded';

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** What a reader does not find in this dossier, and why. */
export const leftOutOf = (r: Recorded, redacted: boolean, internal: number): string[] => {
  const destroyed = r.seesPatient ? [...r.texts.values()].filter((t) => t.text === undefined).length : 0;
  return [
    ...(r.seesPatient
      ? []
      : ['Who the patient is, and all free text: the role of whoever made this may not see them.']),
    ...(destroyed === 0
      ? []
      : [
          `${counted(destroyed, 'text')} whose key was destroyed by lawful erasure: nobody can read them any more.`,
        ]),
    ...(redacted ? forTheFamily(internal) : []),
  ];
};

const forTheFamily = (internal: number): string[] => [
  'Names of staff: a role and a letter stand in their place, the same throughout, since this tells what happened and not whom to blame.',
  'Notes of staff: they may speak of other people. The text of each report is here, since it is about the patient. Names in it were replaced where they are those of staff on record here; somebody must read it before it is handed over.',
  ...(internal === 0
    ? []
    : [
        `${counted(internal, 'line')} of the timeline about how messages were sorted and the software was run.`,
      ]),
  'Numbers and ids that only computers use, and the addresses at which the record was opened.',
  'The chain of events itself, which holds the ids of staff. The hash on each page stands for all of it: whoever has the full record can be held to it.',
];
