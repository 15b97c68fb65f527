import type { Finding } from './finding';
import { since } from './finding';
import type { RunLook, TemporalLook } from './temporal-look';

/** A workflow task that was tried so often fails; a worker that died while it had one costs a try. */
const FAILING_FROM = 3;

/** What is wrong with the run itself; nothing where it is as it should be, or waits for a worker. */
export const causeOf = (journey: string, look: RunLook, failure?: string): Finding | undefined => {
  const about = { journey, ref: journey };
  if (look.state === 'missing')
    return {
      ...about,
      code: 'run-missing',
      reason: 'Temporal has no run of this open journey: it has no timer, and nobody will be asked.',
      remedy: 'replay',
    };
  if (look.state === 'ended')
    return {
      ...about,
      code: 'run-missing',
      reason: `The run of this open journey has ended (${look.how}): it has no timer, and nobody will be asked.`,
      remedy: 'replay',
    };
  const { task } = look;
  if (!task || task.attempt < FAILING_FROM) return undefined;
  const why = failure === 'non-deterministic-error' ? 'today’s code does not replay what it did' : failure;
  return {
    ...about,
    code: 'task-failing',
    reason: `Its workflow task fails for ${since(task.sinceMs)}, tried ${task.attempt} times${why ? `: ${why}` : ''}.`,
    remedy: 'replay',
  };
};

/** Looks at one journey that something is amiss with. @throws where Temporal does not answer */
export const lookAt = async (temporal: TemporalLook, journey: string): Promise<Finding | undefined> => {
  const look = await temporal.run(journey);
  const failing = look.state === 'running' && (look.task?.attempt ?? 1) >= FAILING_FROM;
  return causeOf(journey, look, failing ? await temporal.failure(journey, look.run) : undefined);
};
