import { happy } from './scenarios/life';
import { useWorld } from './support/use-loop';

describe('a happy journey', () => {
  const world = useWorld();

  it('closes under 60 history events and 25 KB, with every first ask on record', async () => {
    const { events, bytes } = await happy(world().loop);
    console.log(`a happy journey: ${events} history events, ${bytes} bytes of protobuf`);
  });
});
