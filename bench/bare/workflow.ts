import { condition, defineSignal, proxyLocalActivities, setHandler, sleep } from '@temporalio/workflow';

export interface Command {
  n: number;
  body: Record<string, unknown>;
}

export interface BareActivities {
  /** Keeps one row and returns it: it is recorded in the history, as what our `record` returns is. */
  keep(journey: string, command: Command, at: string): Promise<unknown>;
}

/** The options of our own loop's `record`. */
const { keep } = proxyLocalActivities<BareActivities>({
  startToCloseTimeout: '5 s',
  localRetryThreshold: '1 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '60 s' },
});

export const command = defineSignal<[Command]>('command');

/** As little as a durable journey can be: for each signal one row, no rules, no deadlines, no evidence. */
export async function bareJourney(journey: string, commands: number): Promise<void> {
  const waiting: Command[] = [];
  setHandler(command, (c) => void waiting.push(c));
  for (let n = 0; n < commands; n++) {
    await condition(() => waiting.length > 0);
    await keep(journey, waiting.shift()!, new Date(Date.now()).toISOString());
  }
}

/** As little as a deadline can be: a timer until an instant (milliseconds since 1970), and one row. */
export async function bareTimer(journey: string, at: number): Promise<void> {
  await sleep(at - Date.now());
  await keep(journey, { n: 1, body: {} }, new Date(Date.now()).toISOString());
}
