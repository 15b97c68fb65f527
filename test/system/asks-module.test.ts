import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AsksModule } from '../../src/asks/asks.module';
import { asksSettings } from '../../src/asks/asks-settings';
import { AskSending } from '../../src/asks/ask-sending';
import { CoreModule } from '../../src/core.module';
import { Listener } from '../../src/database/listener';
import { ScriptedSmtp } from '../support/scripted-smtp';
import { AsksWorld, until } from './asks-world';

@Module({})
class Program {}

/** As the program wires it: whatever is being sent when it is told to stop is finished and marked before the database goes. */
test('closing the program finishes what is being sent', async () => {
  const world = await AsksWorld.start();
  const smtp = await ScriptedSmtp.start();
  const asks = asksSettings({}, { smtpUrl: smtp.url, url: 'http://127.0.0.1:8080' });
  const app = await NestFactory.createApplicationContext(
    {
      module: Program,
      imports: [CoreModule.forRoot({ databaseUrl: world.url, clock: world.clock }), AsksModule.forRoot(asks)],
    },
    { logger: false, abortOnError: false },
  );
  await app.get(Listener).start();
  await app.get(AskSending).start();
  smtp.does('cora.madeup@northmoor.example.org', { slowly: 700 });
  const { ask } = await world.duty();
  await until(() => smtp.received.length === 1);
  await app.close();
  expect(await world.row(ask)).toMatchObject({ status: 'sent', attempts: 1 });
  await smtp.stop();
  await world.stop();
}, 30_000);
