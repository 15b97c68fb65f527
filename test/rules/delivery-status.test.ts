import fc from 'fast-check';
import { deliveryStatusOf } from '../../src/asks/bounces/delivery-status';

const mail = (fields: string, more: { type?: string; boundary?: string; encoding?: string } = {}): Buffer => {
  const { type = 'message/delivery-status', boundary = 'b', encoding = '' } = more;
  const head = `Subject: x\nContent-Type: multipart/report;\n report-type=delivery-status; boundary=${boundary}\n\n`;
  return Buffer.from(
    `${head}--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: ${type}\n${encoding}\n${fields}\n--b--\n`.replaceAll(
      '\n',
      '\r\n',
    ),
  );
};
const of = (action: string, status: string) =>
  `Reporting-MTA: dns; x\n\nAction: ${action}\nStatus: ${status}`;

test.each([
  ['failed', of('failed', '5.1.1'), { action: 'failed', status: '5.1.1' }],
  ['with a comment', of('Failed (as seen)', '5.1.1 (bad)'), { action: 'failed', status: '5.1.1' }],
  ['without a readable status', of('delivered', 'fine'), { action: 'delivered', status: '0.0.0' }],
  ['fields folded', 'A: x\n\nAction:\n failed\nStatus:\n 4.2.2', { action: 'failed', status: '4.2.2' }],
  [
    'the worst of several',
    `${of('delivered', '2.0.0')}\n\n${of('failed', '5.7.1')}`,
    { action: 'failed', status: '5.7.1' },
  ],
  ['an unknown action', of('teleported', '2.0.0'), undefined],
  ['nothing said', 'Reporting-MTA: dns; x', undefined],
])('a report: %s', (_, fields, expected) => expect(deliveryStatusOf(mail(fields))).toEqual(expected));

test('encoded, and with a quoted boundary', () => {
  const base64 = Buffer.from(of('failed', '5.1.1')).toString('base64');
  const more = { boundary: '"b"', encoding: 'Content-Transfer-Encoding: base64\n' };
  expect(deliveryStatusOf(mail(base64, more))).toEqual({ action: 'failed', status: '5.1.1' });
});

test('only what is in the part for machines is believed', () => {
  expect(deliveryStatusOf(mail(of('delivered', '2.0.0'), { type: 'text/plain' }))).toBeUndefined();
  expect(
    deliveryStatusOf(Buffer.from(`Content-Type: text/plain\r\n\r\n${of('delivered', '2.0.0')}`)),
  ).toBeUndefined();
});

test('whatever comes, it is a report or none, and soon', () => {
  const piece = fc.constantFrom(
    '--b',
    '\r\n',
    '\n\n',
    'Content-Type: ',
    'multipart/report; boundary=b',
    'Action: failed',
    ':',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (pieces) => {
      const status = deliveryStatusOf(Buffer.from(pieces.join('')));
      expect(status === undefined || typeof status.action === 'string').toBe(true);
    }),
  );
  const started = Date.now();
  deliveryStatusOf(Buffer.from(`Content-Type: multipart/report; boundary=b\n\n${'--b\n'.repeat(60_000)}`));
  expect(Date.now() - started).toBeLessThan(2_000);
});
