import { CANARY_PREFIX, canaryId } from '../../domain/canary';
import { CHANNELS } from '../../domain/reach';
import type { ChannelName } from '../../domain/reach';
import type { CanaryEntry } from './directory-schema';
import { LEAD_ROLES } from './directory-schema';

/** Somebody whom only canaries ask. */
export interface CanaryRecipient {
  id: string;
  name: string;
  email?: string | undefined;
  contacts: NonNullable<CanaryEntry['contacts']>;
}

/** The recipient who can be reached by this channel alone: what proves the ask then proves the channel. */
export const channelRecipient = (channel: ChannelName): string => `${CANARY_PREFIX}${channel}`;

const kindOf = (kind: NonNullable<CanaryEntry['contacts']>[number]['kind']): ChannelName =>
  kind === 'bleep' ? 'phone' : kind;

/** The channels by which canaries can be asked. */
export const canaryChannels = (entry: CanaryEntry | undefined): ChannelName[] =>
  CHANNELS.filter((channel) =>
    channel === 'mail'
      ? entry?.email !== undefined
      : (entry?.contacts ?? []).some(({ kind }) => kindOf(kind) === channel),
  );

/** One recipient a role, with everything that is set up, and one a channel, with that alone. */
export const canaryRecipients = (entry: CanaryEntry | undefined): CanaryRecipient[] => {
  if (!entry) return [];
  const contacts = entry.contacts ?? [];
  return [
    ...LEAD_ROLES.map((role) => ({
      id: canaryId(role),
      name: `Canary (${role})`,
      ...(entry.email === undefined ? {} : { email: entry.email }),
      contacts,
    })),
    ...canaryChannels(entry).map((channel) => ({
      id: channelRecipient(channel),
      name: `Canary (${channel})`,
      ...(channel === 'mail' ? { email: entry.email } : {}),
      contacts: contacts.filter(({ kind }) => kindOf(kind) === channel),
    })),
  ];
};
