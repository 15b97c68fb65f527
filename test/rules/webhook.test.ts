import { mayConnect, networks } from '../../src/asks/channels/address-check';
import { secretBytes, webhookHeaders } from '../../src/asks/channels/webhook-signature';

test('the signature is that of the example in the Standard Webhooks specification', () => {
  const key = secretBytes('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!;
  expect(
    webhookHeaders([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}'),
  ).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a secret without its mark, or too short, is none', () => {
  for (const odd of ['', 'whsec_', 'whsec_c2hvcnQ=', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])
    expect(secretBytes(odd)).toBeUndefined();
});

const nothing = networks([]);

test.each([
  ...['0.0.0.0', '10.255.0.1', '100.127.1.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...[
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '0:0:0:0:0:ffff:7f00:1',
    '::8.8.8.8',
    'fe80::1',
    'fc00::1',
    'fd12::1',
  ],
  ...['ff02::1', '64:ff9b::a00:1', '2001:db8::1', '2002:a00:1::1', '2001:0:1::1', 'localhost', '', '1.2.3'],
])('%s must not be called', (address) => expect(mayConnect(address, nothing)).toBe(false));

test.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '93.184.215.14', '2606:4700::1111', '2a00:1450::1'])(
  '%s may be',
  (address) => expect(mayConnect(address, nothing)).toBe(true),
);

test('what a setting names may be called, and nothing beside it', () => {
  const allowed = networks(['10.20.0.0/16', '::1', 'fd00:1::/32']);
  for (const address of ['10.20.3.4', '::1', 'fd00:1::9']) expect(mayConnect(address, allowed)).toBe(true);
  for (const address of ['10.21.0.1', '127.0.0.1', '::ffff:10.20.3.4', 'fd00:2::1'])
    expect(mayConnect(address, allowed)).toBe(false);
  expect(() => networks(['intranet'])).toThrow('no network');
});
