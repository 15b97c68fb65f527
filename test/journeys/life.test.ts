import { historyOf } from './support/history';
import * as life from './scenarios/life';
import { Examination } from './support/examination';
import { eventually } from './support/patience';
import { useWorld } from './support/use-loop';

describe('the life of a run', () => {
  const world = useWorld();

  it('an empty journey is not closed', () => life.emptyIsNotClosed(world().loop));
  it('a late fact after the close reopens the journey with a new run', () => life.reopened(world().loop));
  it('a row that waits as the journey closes is taken by the same run', () =>
    life.waitingAsItCloses(world().loop));
  it('a signal that comes while the run is closing is not lost', () =>
    life.signalledAsItCloses(world().loop));
  it('a request to cancel is not heard while something is owed', () => life.cancelled(world().loop));

  it('messages that move no deadline cost no timer', () => life.oneTimer(world().loop));

  it("the argument of a run is the journey's id, nothing else", async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    const [started] = (await historyOf(loop, exam.id)).events!;
    const { input } = started!.workflowExecutionStartedEventAttributes!;
    expect(input!.payloads!.map((p) => JSON.parse(new TextDecoder().decode(p.data!)))).toEqual([exam.id]);
  });
});

// Skipped time stands still for ever after a run was terminated with a task under way, so these take real time.
describe('a run that an operator ends', () => {
  const world = useWorld({ real: {} });

  it('a terminated run: the next row starts one that loads', () => life.terminated(world().loop));
  it('a terminated run with a row on its way: the row is delivered again', () =>
    life.terminatedWithARow(world().loop));
  it('handlers before load: signals that come while the run loads wait', () =>
    life.signalledWhileLoading(world().loop));
});

describe('with a worker that keeps no workflow in memory', () => {
  const world = useWorld({ maxCachedWorkflows: 0 });

  it('every task replays, and the journey goes its way', async () => {
    const { loop } = world();
    const exam = await Examination.reported(loop);
    await exam.acknowledge();
    const { dueAt } = await exam.duty('plan:r1:f1');
    await loop.advanceTo(new Date(Date.parse(dueAt) + 1).toISOString());
    await eventually('the ask', async () => (await exam.duty('plan:r1:f1')).asks > 0);
    await exam.finish();
    expect(await exam.closed()).toBe(true);
    await eventually('the run to end', async () => (await exam.status()) === 'COMPLETED');
  });
});
