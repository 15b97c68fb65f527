import * as record from './scenarios/record';
import { between } from './support/control';
import { useWorld } from './support/use-loop';

describe('record', () => {
  const world = useWorld();

  it("compare-and-set: another writer's events are folded, and the cause is decided again", () =>
    record.anotherWriter(world().loop));
  it('a constraint violation is a stuck row; the run waits and goes on once it is mended', () =>
    record.constraintViolated(world().loop));
  it('a cause that makes decide or duties throw is refused as our error, owned by the desk; deadlines go on', () =>
    record.undecidable(world().loop));
  it('a cause that makes schedule throw is refused as our error, owned by the desk; deadlines go on', () =>
    record.unschedulable(world().loop));
  it('a policy by which nothing can be scheduled stops no deadline', () => record.brokenPolicy(world().loop));
  it('intake and record of one journey do not wait for each other in a circle', () =>
    record.intakeMeetsRecord(world().loop));
  it('a burst is recorded row by row', () => record.inABurst(world().loop));

  it('one cause at a time: no two records of a journey overlap', async () => {
    const { loop } = world();
    let running = 0;
    let most = 0;
    const restore = between(loop, 'record', async (real, ...args) => {
      most = Math.max(most, ++running);
      return real(...args).finally(() => running--);
    });
    await record.inABurst(loop);
    restore();
    expect(most).toBe(1);
  });
});

describe('what these rules prevent', () => {
  const world = useWorld();

  it('without the comparison, another writer is overlooked', async () => {
    const { loop } = world();
    const restore = record.withoutComparing(loop);
    await expect(record.anotherWriter(loop)).rejects.toThrow();
    restore();
  });

  it('with a lock that excludes references to the journey, taken in another order, intake and record deadlock', async () => {
    const otherwise = (sql: string): string =>
      sql
        .replace('for no key update of j', 'for update of j')
        .replace('where id = $1 for key share', 'where id = $1');
    await expect(record.intakeMeetsRecord(world().loop, otherwise)).rejects.toThrow('deadlock');
  });
});
