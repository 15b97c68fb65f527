import * as time from './scenarios/time';
import { useWorld } from './support/use-loop';

describe('clocks, deadlines and ladders', () => {
  const world = useWorld();

  it("a deadline's cause is its duty, opening, ask and instant, and each is recorded once", () =>
    time.deadlineCauses(world().loop));
  it('the ladder never ends, and the accountable person stays accountable', () =>
    time.ladderNeverEnds(world().loop));
  it("a claim is a lease, and the duty's own clock goes on", () => time.leaseEnds(world().loop));
  it('a clock starts when the fact happened, not when we heard of it', () =>
    time.clockStartsWhenItHappened(world().loop));
});
