import * as commands from './scenarios/commands';
import { useWorld } from './support/use-loop';

describe('commands, policies and the directory', () => {
  const world = useWorld();

  it('a stale If-Match is refused where it is decided', () => commands.staleIfMatch(world().loop));
  it('the ETag counts what changes clinical state', () => commands.etagCountsClinicalChange(world().loop));
  it('a re-plan moves deadlines that have not fired', () => commands.replanned(world().loop));
  it('a deadline moved into the past fires once; one that fired is left alone', () =>
    commands.replannedIntoThePast(world().loop));
  it('a re-plan brings the new rules of decision at once', () => commands.replanBringsRules(world().loop));
  it('a policy that is not there is refused and owned, not tried for ever', () =>
    commands.unknownPolicy(world().loop));
  it('a reopened journey keeps the policy it was pinned to', () => commands.keepsItsPolicy(world().loop));
  it('a change of the directory tells each journey that it touches', () =>
    commands.directoryChanges(world().loop));
  it('every cause records at least one event', () => commands.everyRowIsOnRecord(world().loop));
});
