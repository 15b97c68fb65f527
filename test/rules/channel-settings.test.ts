import { asksSettings } from '../../src/asks/asks-settings';

const local = { smtpUrl: 'smtp://127.0.0.1:1025', url: 'http://127.0.0.1:3000' };
const secret = 'a secret of at least thirty-two characters';
const whsec = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const settings = (env: Record<string, string>) => asksSettings(env, local);

test('without settings there is mail and the phone list, and no links', () =>
  expect(settings({})).toMatchObject({
    linkSecret: undefined,
    notify: undefined,
    webhook: undefined,
    bounces: undefined,
    smtp: { returns: undefined },
  }));

test('a local run has a key of its own; one that is set stands over it', () => {
  expect(asksSettings({}, { ...local, linkSecret: 'kept' }).linkSecret).toBe('kept');
  expect(asksSettings({ LINK_SECRET: secret }, { ...local, linkSecret: 'kept' }).linkSecret).toBe(secret);
});

test('everything set up', () => {
  const all = settings({
    LINK_SECRET: secret,
    BOUNCE_ADDRESS: 'bounces@failsafe.example.org',
    BOUNCE_LISTEN: '[::1]:2525',
    WEBHOOK_SECRET: `${whsec} ${whsec}`,
    WEBHOOK_ALLOW: '10.20.0.0/16, 127.0.0.1',
    NOTIFY_API_KEY: 'name-key',
    NOTIFY_SMS_TEMPLATE: 'template',
  });
  expect(all.smtp.returns).toEqual({ address: 'bounces@failsafe.example.org', secret });
  expect(all.bounces).toMatchObject({ host: '::1', port: 2525 });
  expect(all.webhook!.secrets).toHaveLength(2);
  expect(all.notify).toMatchObject({
    smsTemplate: 'template',
    url: 'https://api.notifications.service.gov.uk',
  });
  const loopback = settings({ LINK_SECRET: secret, BOUNCE_ADDRESS: 'b@example.org', BOUNCE_LISTEN: '2525' });
  expect(loopback.bounces).toMatchObject({ host: '127.0.0.1', port: 2525 });
});

test.each<[string, Record<string, string>]>([
  ['LINK_SECRET', { LINK_SECRET: 'CANARY short' }],
  ['BOUNCE_ADDRESS', { BOUNCE_ADDRESS: 'CANARY@example.org' }],
  ['BOUNCE_ADDRESS', { LINK_SECRET: secret, BOUNCE_ADDRESS: 'CANARY-is-too-long@example.org' }],
  ['BOUNCE_LISTEN', { BOUNCE_LISTEN: '2525' }],
  ['BOUNCE_LISTEN', { LINK_SECRET: secret, BOUNCE_ADDRESS: 'b@example.org', BOUNCE_LISTEN: 'CANARY:smtp' }],
  [
    'BOUNCE_LISTEN',
    { LINK_SECRET: secret, BOUNCE_ADDRESS: 'b@example.org', BOUNCE_LISTEN: '127.0.0.1:99999' },
  ],
  ['WEBHOOK_SECRET', { WEBHOOK_SECRET: 'CANARY' }],
  ['WEBHOOK_ALLOW', { WEBHOOK_SECRET: whsec, WEBHOOK_ALLOW: 'CANARY' }],
  ['NOTIFY_API_KEY', { NOTIFY_API_KEY: 'CANARY' }],
])('what is wrong with %s is said, with what to do, and without its value', (setting, env) => {
  let said = '';
  try {
    settings(env);
  } catch (error) {
    said = `${(error as Error).message} ${(error as { remedy?: string }).remedy ?? ''}`;
  }
  expect(said).toContain(setting);
  expect(said).not.toContain('CANARY');
});
