import type { Report } from './channel';

/**
 * What GOV.UK Notify's words for a text message mean here (https://docs.notifications.service.gov.uk, "Message status"). It
 * has tried for days before it says temporary-failure: for us that is the end of this contact point.
 */
const STATUSES: Readonly<Record<string, Report>> = {
  delivered: { proof: 'delivered' },
  'permanent-failure': { failed: 'notify-permanent-failure' },
  'temporary-failure': { failed: 'notify-temporary-failure' },
  'technical-failure': { failed: 'notify-technical-failure' },
};

/** `undefined` for what says nothing yet: created, sending, pending, or (abroad, without a report) sent. */
export const reportOfNotify = (status: string): Report =>
  Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
