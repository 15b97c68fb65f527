/**
 * Reads delivery status notifications (RFC 3464, in the `multipart/report` of RFC 6522). Only what a machine wrote for
 * machines is believed; the words around it, which every mail system has of its own, are never read and never kept.
 */

/** What a mail system says became of a message, the worst first. */
export type DeliveryAction = 'failed' | 'delayed' | 'relayed' | 'expanded' | 'delivered';
export interface DeliveryStatus {
  action: DeliveryAction;
  /** RFC 3463, such as `5.1.1`. */
  status: string;
}

const WORST_FIRST: readonly string[] = ['failed', 'delayed', 'relayed', 'expanded', 'delivered'];
const MOST_PARTS = 20;

interface Entity {
  type: string;
  parameters: string;
  encoding: string;
  body: string;
}

const headersOf = (head: string): Map<string, string> => {
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    // The first of two stands: a second one was put there by somebody else.
    if (name !== '' && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
};

const entityOf = (text: string): Entity => {
  const end = text.search(/\n\n/);
  const headers = text.startsWith('\n')
    ? new Map<string, string>()
    : headersOf(end < 0 ? text : text.slice(0, end));
  const [type = '', ...parameters] = (headers.get('content-type') ?? 'text/plain').split(';');
  return {
    type: type.trim().toLowerCase(),
    parameters: parameters.join(';'),
    encoding: (headers.get('content-transfer-encoding') ?? '').toLowerCase(),
    body: text.startsWith('\n') ? text.slice(1) : end < 0 ? '' : text.slice(end + 2),
  };
};

const boundaryOf = (parameters: string): string | undefined => {
  const [, quoted, bare] =
    /(?:^|;)\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(parameters) ?? [];
  return quoted ?? bare;
};

const partsOf = ({ parameters, body }: Entity): Entity[] => {
  const boundary = boundaryOf(parameters);
  if (boundary === undefined) return [];
  const [, ...parts] = `\n${body}`.split(`\n--${boundary}`);
  return parts
    .slice(0, MOST_PARTS)
    .filter((part) => !part.startsWith('--'))
    .map((part) => entityOf(part.slice(part.indexOf('\n') + 1)));
};

/** RFC 3464 says 7 bits; some gateways encode all the same. */
const decoded = ({ body, encoding }: Entity): string => {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('latin1').replaceAll('\r\n', '\n');
  if (encoding !== 'quoted-printable') return body;
  return body
    .replaceAll(/=[ \t]*\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
};

/**
 * The status that a mail reports, the worst where it speaks of several recipients; `undefined` where it is no report.
 * @param raw the mail as it came
 */
export const deliveryStatusOf = (raw: Buffer): DeliveryStatus | undefined => {
  const mail = entityOf(raw.toString('latin1').replaceAll('\r\n', '\n'));
  if (mail.type !== 'multipart/report') return undefined;
  const part = partsOf(mail).find(({ type }) => /^message\/(global-)?delivery-status$/.test(type));
  if (!part) return undefined;
  const recipients = decoded(part)
    .split(/\n[ \t]*\n/)
    .map(headersOf)
    .flatMap((fields): DeliveryStatus[] => {
      const action = (fields.get('action') ?? '').split(/[\s(]/, 1)[0]!.toLowerCase();
      const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0];
      return WORST_FIRST.includes(action)
        ? [{ action: action as DeliveryAction, status: status ?? '0.0.0' }]
        : [];
    });
  return recipients.sort((a, b) => WORST_FIRST.indexOf(a.action) - WORST_FIRST.indexOf(b.action))[0];
};
