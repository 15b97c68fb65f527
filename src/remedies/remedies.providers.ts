import type { Provider } from '@nestjs/common';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { workflowBundle } from '../local/workflow-bundle';
import { Correcting } from './correcting';
import { Kinds } from './kinds';
import { OwedReader } from './owed';
import { Redelivering } from './redelivering';
import { Remedies } from './remedies';
import { RemediesReader } from './remedies.reader';
import { Replaying } from './replaying';
import { Replays } from './replays';
import { Resuming } from './resuming';
import { RunLooks } from './run-look';
import { SettingAside } from './setting-aside';

/** What remedies are made of. */
export const remedyProviders = (workflows: WorkflowBundleOption | undefined): Provider[] => [
  {
    provide: Replays,
    useValue: new Replays(workflows ? () => Promise.resolve(workflows) : workflowBundle),
  },
  RunLooks,
  OwedReader,
  Replaying,
  Resuming,
  Redelivering,
  SettingAside,
  Correcting,
  Kinds,
  RemediesReader,
  Remedies,
];
