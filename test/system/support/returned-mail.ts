import { createTransport } from 'nodemailer';

/** A delivery report (RFC 3464) as mail systems write it. */
export const report = (action: string, status: string): string =>
  [
    'From: Mail Delivery System <MAILER-DAEMON@mx.example.org>',
    'Subject: Undelivered Mail Returned to Sender',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="9B095B5ADSN"',
    '',
    '--9B095B5ADSN',
    'Content-Type: text/plain',
    '',
    'Action: delivered, says this text, which nobody reads.',
    '--9B095B5ADSN',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    '',
    'Final-Recipient: rfc822; cora.madeup@northmoor.example.org',
    `Action: ${action} (to command RCPT TO)`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 CANARY no such user',
    '',
    '--9B095B5ADSN--',
    '',
  ].join('\r\n');

/** As a mail system returns something to that port; resolves with the listener's answer. */
export const giveBack = async (port: number, to: string, raw: string, from = ''): Promise<string> => {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    return (await transport.sendMail({ envelope: { from, to }, raw })).response;
  } catch (error) {
    return (error as { response: string }).response;
  } finally {
    transport.close();
  }
};
