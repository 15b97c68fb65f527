import type { Mutant } from './mutant';

/** Webhooks: where they may lead, and how a receiver knows that it was us. */
const CHANNEL = 'src/asks/channels/webhook-channel.ts';

export const WEBHOOKS: Mutant[] = [
  {
    rule: 'the connection goes to the address that was checked',
    file: CHANNEL,
    from: '    return first;',
    to: '    return (await (this.settings.resolve ?? systemResolve)(host))[0] ?? first;',
    test: 'asks-webhook.test.ts :: a name that leads to a private address on the second look is looked up once a try, and never called there',
  },
  {
    rule: 'a private address is not called',
    file: CHANNEL,
    from: 'mayConnect(a, this.settings.allowed) && (!plain',
    to: '(!plain',
    test: 'asks-webhook.test.ts :: an address that is link-local, where clouds keep credentials is refused, and the next contact point is tried',
  },
  {
    rule: 'nothing is sent where one of the addresses must not be called',
    file: CHANNEL,
    from: '!addresses.every((a)',
    to: '!addresses.some((a)',
    test: 'asks-webhook.test.ts :: an address that is one public and one private is refused, and the next contact point is tried',
  },
  {
    rule: 'a redirect is not followed',
    file: CHANNEL,
    from: "answer.on('end', () => resolve(answer.statusCode ?? 0));",
    to: `answer.on('end', () => {
          const { location } = answer.headers;
          resolve(location ? this.request(new URL(location), address, { id, attempt, body: content }, signal) : (answer.statusCode ?? 0));
        });`,
    test: 'asks-webhook.test.ts :: a receiver that redirects has failed for good',
  },
  {
    rule: 'after a 410 an address is not called again',
    file: CHANNEL,
    from: 'if (status === 410) await this.gone.add(endpoint);',
    to: '',
    test: 'asks-webhook.test.ts :: 410 Gone: never called again, for any ask',
  },
  {
    rule: 'the signature covers what is said',
    file: 'src/asks/channels/webhook-signature.ts',
    from: '.update(`${id}.${seconds}.${body}`)',
    to: '.update(`${id}.${seconds}.${body.length}`)',
    test: 'asks-webhook.test.ts :: delivered by a 2xx: signed for each secret, ids and codes alone, under the ask’s id',
  },
  {
    rule: 'a receiver that hangs is not waited for',
    file: CHANNEL,
    from: 'AbortSignal.any([signal, AbortSignal.timeout(this.settings.timeoutMs ?? 10_000)])',
    to: 'AbortSignal.any([signal])',
    test: 'asks-webhook.test.ts :: one that hangs, or answers late, is tried again under the same id, and in the end somebody else is asked',
  },
];
