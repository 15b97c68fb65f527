import { SKEW_SECONDS } from '../clock-skew';
import type { Fault } from '../nemesis';
import type { Place } from '../staff';
import type { Aim, AimedFault } from './aimed';
import { MOMENTS, moment } from './aimed';

/** A program starts again with a clock that is ten minutes off. It keeps that clock until it is killed or stopped once more. */
const skew = (place: Place, seconds: number): Fault => ({
  name: `clock ${seconds > 0 ? 'fast' : 'slow'}: ${place.name}`,
  on: place.name,
  strike: async () => {
    await place.kill();
    place.skew = seconds;
  },
  heal: () => place.start(),
});

/** Whether something was taken in since whose stamp is far from Postgres's own clock. */
const wronglyStamped = async ({ staff }: Aim, since: Date): Promise<true | undefined> => {
  const found = await staff.hospital.postgres.query(
    `select 1 from inbox i join idempotency k on k.command = i.id
     where k.created_at > $1 and abs(extract(epoch from i.received_at - k.created_at)) > $2 limit 1`,
    [since, SKEW_SECONDS / 2],
  );
  return found.length > 0 ? true : undefined;
};

/** How long an API may take to be sent something. */
const STAMPING_MS = 20_000;

/** An API that stamps what it takes in. It is left to do so before another fault may befall it. */
const stamping = (aim: Aim, seconds: number): AimedFault => {
  const fault = skew(aim.random.pick(aim.staff.apis), seconds);
  return {
    ...fault,
    moment: MOMENTS.stamp,
    heal: async () => {
      const since = new Date();
      await fault.heal();
      const stamped = await moment(() => wronglyStamped(aim, since), STAMPING_MS, STAMPING_MS / 50);
      if (stamped) aim.met(MOMENTS.stamp);
    },
  };
};

export const clocks = (aim: Aim): Fault[] => {
  const { random, staff } = aim;
  const seconds = (): number => random.pick([SKEW_SECONDS, -SKEW_SECONDS]);
  return [stamping(aim, seconds()), skew(random.pick(staff.workers), seconds())];
};
