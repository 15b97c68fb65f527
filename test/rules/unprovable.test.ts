import type { Proof } from '../../domain/reach';
import { asksSettings } from '../../src/asks/asks-settings';
import { unprovable } from '../../src/asks/unprovable';
import { loadPolicy } from '../../src/policy/policy-file';

const local = { smtpUrl: 'smtp://127.0.0.1:1025', url: 'http://127.0.0.1:3000' };
const bare = asksSettings({}, local);
const secret = 'a secret of at least thirty-two characters';
const returned = { LINK_SECRET: secret, BOUNCE_ADDRESS: 'b@example.org', BOUNCE_LISTEN: '2525' };

const england = loadPolicy('policies/england.yaml');
/** England's policy, asking for a proof of what is urgent by these channels alone. */
const asking = (proof: Proof, ...steps: ('mail' | 'sms' | 'webhook' | 'phone')[][]) => ({
  ...england,
  reach: [{ when: { category: ['urgent' as const] }, steps, proof, within: 'PT15M', source: 'a test' }],
});

test.each(['england', 'demo'])(
  'what ships (%s) asks for nothing that a bare installation cannot prove',
  (name) => expect(unprovable(loadPolicy(`policies/${name}.yaml`), bare)).toEqual([]),
);

test('a proof that no channel can give as it is set up is told of', () => {
  expect(unprovable(asking('delivered', ['mail']), bare)).toEqual([
    expect.stringMatching(/urgent finding.*"delivered"/),
  ]);
  expect(unprovable(asking('delivered', ['mail']), asksSettings(returned, local))).toEqual([]);
  expect(unprovable(asking('sent', ['sms'], ['webhook']), bare)).toHaveLength(1);
  expect(unprovable(asking('read', ['mail']), bare)).toHaveLength(1);
  expect(unprovable(asking('read', ['mail']), asksSettings({ LINK_SECRET: secret }, local))).toEqual([]);
  expect(unprovable(asking('spoken', ['mail'], ['sms']), asksSettings(returned, local))).toHaveLength(1);
  expect(unprovable(asking('spoken', ['mail'], ['phone']), bare)).toEqual([]);
});
