import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { whoIsAsked } from '../../domain/asking';
import { CANARY_PREFIX } from '../../domain/canary';
import { ClockPort } from '../intake/clock';
import { domainDirectory } from './directory-store';
import type { onCallQuery, onCallView } from './directory-view';
import { DirectoryService } from './directory.service';

/** What the directory says at a moment. */
@Injectable()
export class DirectoryReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly directory: DirectoryService,
  ) {}

  /** Who would be asked, by the rules that a record goes by. */
  async onCall({ role, site, team, at }: z.output<typeof onCallQuery>): Promise<z.output<typeof onCallView>> {
    const moment = at ?? (await this.clock.now());
    const { directory } = await this.directory.standing();
    const atCeiling = new Set((await this.ceilings(moment)).keys());
    const teams = (directory.teams ?? []).filter((t) => t.id === team).map((t) => t.id);
    const { party, insteadOf, because } = whoIsAsked(
      role,
      { site, teams },
      { at: moment, directory: domainDirectory(directory), atCeiling },
    );
    return {
      role,
      at: moment,
      ...(party === undefined ? {} : { asked: party.person }),
      ...(insteadOf === undefined ? {} : { insteadOf: insteadOf.person }),
      ...(because === undefined ? {} : { because }),
    };
  }

  /** People who were asked as often as policy allows, and until when. */
  async ceilings(at?: string): Promise<Map<string, string>> {
    const rows = await this.db.query<{ person: string; until: Date }[]>(
      'select person, until from ask_ceiling where until > $1 and not starts_with(person, $2) order by person',
      [at ?? (await this.clock.now()), CANARY_PREFIX],
    );
    return new Map(rows.map(({ person, until }) => [person, until.toISOString()]));
  }
}
