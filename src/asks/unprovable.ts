import type { Policy } from '../../domain/policy';
import type { ChannelName, Proof } from '../../domain/reach';
import { conditionsInWords } from '../policy/words';
import type { AsksSettings } from './asks-settings';

/** The proofs that a channel can give as it is set up. A phone is rung by people, who can always hear something said back. */
export const proofsOfChannels = (settings: AsksSettings): Record<ChannelName, readonly Proof[]> => {
  const read: Proof[] = settings.linkSecret === undefined ? [] : ['read'];
  return {
    phone: ['sent', 'delivered', 'read', 'spoken'],
    mail: ['sent', ...(settings.bounces ? ['delivered' as const] : []), ...read],
    sms: settings.notify ? ['sent', 'delivered', ...read] : [],
    webhook: settings.webhook ? ['sent', 'delivered'] : [],
  };
};

/**
 * What policy asks for and no channel of this installation can give: every such ask would climb its ladder although it arrived.
 * @returns a sentence for each such rule of the policy
 */
export const unprovable = (policy: Policy, settings: AsksSettings): string[] => {
  const proofs = proofsOfChannels(settings);
  return (policy.reach ?? []).flatMap(({ when, steps, proof }) =>
    steps.flat().some((channel) => proofs[channel].includes(proof))
      ? []
      : [
          `For ${conditionsInWords(when ?? {}, 'all others')} policy asks for the proof "${proof}", which none of its channels gives as they are set up here.`,
        ],
  );
};
