import { Dispatcher } from '../../src/asks/dispatcher';
import { Outbox } from '../../src/asks/outbox';
import { SmtpChannel } from '../../src/asks/channels/smtp-channel';
import { makeDataSource } from '../../src/database/data-source';
import { Listener } from '../../src/database/listener';
import { SystemClock } from '../../src/intake/clock';

/** Dies the hardest way between the mail server's acceptance and the mark. */
class Mortal extends Outbox {
  override sent(): Promise<void> {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  }
}

const [databaseUrl, smtpUrl] = process.argv.slice(2) as [string, string];
void makeDataSource(databaseUrl)
  .initialize()
  .then((db) =>
    new Dispatcher(
      new Mortal(db, new SystemClock()),
      [new SmtpChannel({ url: smtpUrl, from: 'failsafe@example.org', connections: 1 })],
      new Listener(databaseUrl, ['failsafe_ask']),
      { publicUrl: 'https://failsafe.example.org', concurrency: 8 },
    ).start(),
  );
