import { Injectable } from '@nestjs/common';
import type { Remedy } from '../../domain/inputs';
import { Correcting } from './correcting';
import type { RemedyKind } from './kind';
import { Redelivering } from './redelivering';
import { Replaying } from './replaying';
import { Resuming } from './resuming';
import { SettingAside } from './setting-aside';

/** The five remedies by name. */
@Injectable()
export class Kinds {
  private readonly all: Record<Remedy, RemedyKind>;

  constructor(
    replay: Replaying,
    resume: Resuming,
    redeliver: Redelivering,
    quarantine: SettingAside,
    correct: Correcting,
  ) {
    this.all = { replay, resume, redeliver, quarantine, correct };
  }

  of(remedy: Remedy): RemedyKind {
    return this.all[remedy];
  }
}
