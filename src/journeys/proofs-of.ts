import type { InputEvent, JourneyEvent } from '../../domain/events';
import type { CommandType } from '../../domain/inputs';
import { isCommand } from '../../domain/inputs';
import type { Proof } from '../../domain/reach';

/** What a recorded act proves of the asks to whoever acted, by duty and opening. */
export interface ProofOfAct {
  key: string;
  opening: number;
  person: string;
  proof: Proof;
  at: string;
  source: 'call' | 'system';
}

const isAct = (e: JourneyEvent): e is InputEvent<CommandType> =>
  'data' in e && 'by' in e && isCommand(e.type);

/** Whoever said it back on the phone was spoken to; whoever acted in the system has at least read what was asked. */
const spoken = (e: InputEvent<CommandType>): boolean =>
  e.type === 'call' || (e.type === 'acknowledge' && e.data.how === 'voice' && e.data.readBack === true);

/** Of a call on record not who rang was reached, but who was rung. */
const reached = (e: InputEvent<CommandType>): string =>
  e.type === 'call' ? e.data.whom.person : e.by.person;

/** Who does what they were asked to do was reached. It changes nothing for the duty: the record shows what worked. */
export const proofsOf = (events: readonly JourneyEvent[]): ProofOfAct[] => {
  const act = events.find(isAct);
  if (!act) return [];
  return events.flatMap((e) =>
    e.type === 'ended' && e.how === 'discharged'
      ? {
          key: e.key,
          opening: e.opening,
          person: reached(act),
          proof: spoken(act) ? ('spoken' as const) : ('read' as const),
          at: act.receivedAt,
          source: spoken(act) ? ('call' as const) : ('system' as const),
        }
      : [],
  );
};
