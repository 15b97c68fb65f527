import { createTransport } from 'nodemailer';

/** A report of a mail system about one mail, as RFC 3464 has it. */
export const deliveryReport = (action: string, status: string): string =>
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

/**
 * Hands something to the server where returned mail comes in, as a mail system does.
 * @param from the envelope's sender: empty for whatever a mail system says itself
 * @returns that server's answer, also where it refuses
 */
export const handIn = async (port: number, to: string, raw: string, from = ''): Promise<string> => {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    return (await transport.sendMail({ envelope: { from, to }, raw })).response;
  } catch (error) {
    return (error as { response: string }).response;
  } finally {
    transport.close();
  }
};
