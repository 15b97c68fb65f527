import type { Fault } from '../nemesis';
import type { Place, Staff } from '../staff';

/** Programs and servers that end: killed as by a power cut, or stopped in order and started again. */

const kill = (place: Place): Fault => ({
  name: `kill ${place.name}`,
  on: place.name,
  strike: () => place.kill(),
  heal: () => place.start(),
});

const restart = (place: Place): Fault => ({
  name: `restart ${place.name}`,
  on: place.name,
  strike: () => place.stop(),
  heal: () => place.start(),
});

export const kills = ({ places, hospital: { temporal } }: Staff): Fault[] => [
  ...places.map(kill),
  { name: 'kill temporal', on: 'temporal', strike: () => temporal.kill9(), heal: () => temporal.start() },
];

export const restarts = ({ places, hospital: { temporal, postgres } }: Staff): Fault[] => [
  ...places.map(restart),
  { name: 'restart temporal', on: 'temporal', strike: () => temporal.stop(), heal: () => temporal.start() },
  {
    name: 'restart postgres',
    on: 'postgres',
    strike: () => postgres.stopInOrder(),
    heal: () => postgres.start(),
  },
];
