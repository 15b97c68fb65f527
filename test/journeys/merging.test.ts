import * as merging from './scenarios/merging';
import * as races from './scenarios/merging-races';
import { useWorld } from './support/use-loop';

describe('one examination, one journey', () => {
  const world = useWorld();

  it('a merge: the older survives, facts and commands go over with who, when and whence', () =>
    merging.merged(world().loop));
  it('open duties keep their deadline and rung, also where both journeys owed them', () =>
    merging.keepsDeadlineAndRung(world().loop));
  it('what comes for the loser goes to the survivor', () => merging.aliased(world().loop));
  it('aliases of aliases lead to the one that survives', () => merging.chained(world().loop));
  it('what was retracted stays behind; a decision answers the question that it answered', () =>
    merging.whatGoesOver(world().loop));
  it('what nobody has explained yet goes over', () => merging.queriesGoOver(world().loop));
  it('an unmatched message is matched: its facts and duties go to the journey', () =>
    merging.matched(world().loop));
  it('a closed journey that takes over something owed is open again', () =>
    merging.reopenedByMatch(world().loop));
});

describe('merges that race', () => {
  const world = useWorld();

  it('a fact on its way to the loser reaches the survivor', () => races.lateForTheLoser(world().loop));
  it('what a third journey left to the loser reaches the survivor', () => races.lateAbsorption(world().loop));
  it('a match to a journey that is merged meanwhile ends in its survivor', () =>
    races.survivorMovedOn(world().loop));
  it('two matched to each other: one stays, with everything', () => races.matchedToEachOther(world().loop));
  it('several messages that join the same journeys merge them once', () => races.joinedAtOnce(world().loop));
  it('two orders that race for one identifier open one journey', () => races.racing(world().loop));
});
