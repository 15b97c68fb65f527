import { SKEW_SECONDS } from '../clock-skew';
import type { Fault } from '../nemesis';
import type { Random } from '../random';
import type { Place, Staff } from '../staff';

/** A program starts again with a clock that is ten minutes off. It keeps that clock until it is killed or stopped once more. */

const skew = (place: Place, random: Random): Fault => {
  const seconds = random.pick([SKEW_SECONDS, -SKEW_SECONDS]);
  return {
    name: `clock ${seconds > 0 ? 'fast' : 'slow'}: ${place.name}`,
    on: place.name,
    strike: async () => {
      await place.kill();
      place.skew = seconds;
    },
    heal: () => place.start(),
  };
};

export const clocks = ({ apis, workers }: Staff, random: Random): Fault[] => [
  skew(random.pick(apis), random),
  skew(random.pick(workers), random),
];
