import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { By, Describe, ValidQuery } from '../api/describe';
import { etag } from '../api/headers';
import type { Page } from '../api/paging';
import { pageOf, pageView, paging, placeOf } from '../api/paging';
import { API } from '../api/paths';
import { may } from '../api/permissions';
import { Permit } from '../api/permit';
import { Problem } from '../api/problems';
import { readChanges } from './directory-evidence';
import type { ChangeLink } from './directory-evidence';
import { DirectoryId } from './directory-id';
import {
  atCeilingView,
  changesView,
  directoryView,
  onCallQuery,
  onCallView,
  onePersonView,
  viewDirectory,
  viewPerson,
} from './directory-view';
import { DirectoryReader } from './directory.reader';
import { DirectoryService } from './directory.service';

const changesQuery = z.strictObject(paging);
const PLACE = z.tuple([z.int().min(0).max(2_147_483_647)]);

/** Who is who: the ids in obligations and events are people here. */
@Controller(`${API}/directory`)
export class DirectoryController {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    private readonly reader: DirectoryReader,
  ) {}

  @Get()
  @Permit('directory:read')
  @Describe({
    tag: 'Directory',
    summary: 'People, leads, organisations, sites, teams and rotas, as they stand',
    answers: { 200: directoryView },
  })
  async all(): Promise<Answer> {
    const { version, directory } = await this.directory.standing();
    const view = viewDirectory(version, directory, await this.reader.ceilings());
    return new Answer(200, view, { etag: etag(version) });
  }

  @Get('on-call')
  @Permit('directory:read')
  @Describe({
    tag: 'Directory',
    summary: 'Who would be asked in a role, at a site or in a team, at a moment, and why',
    query: onCallQuery,
    answers: { 200: onCallView },
  })
  onCall(@ValidQuery() query: z.output<typeof onCallQuery>): Promise<z.output<typeof onCallView>> {
    return this.reader.onCall(query);
  }

  @Get('at-ceiling')
  @Permit('directory:read')
  @Describe({
    tag: 'Directory',
    summary: 'People who were asked as often as policy allows, and until when',
    answers: { 200: atCeilingView },
  })
  async atCeiling(): Promise<z.output<typeof atCeilingView>> {
    return { items: [...(await this.reader.ceilings())].map(([person, until]) => ({ person, until })) };
  }

  @Get('changes')
  @Permit('directory:read')
  @Describe({
    tag: 'Directory',
    summary: 'Every change of the directory, the newest first, chained by hash',
    query: changesQuery,
    answers: { 200: pageView(changesView) },
    problems: ['bad-cursor'],
  })
  async changes(@ValidQuery() query: z.output<typeof changesQuery>): Promise<Page<ChangeLink>> {
    const [before] = placeOf(query.cursor, PLACE) ?? [];
    const links = await readChanges(this.db.manager, query.limit + 1, before);
    return pageOf(
      links,
      query.limit,
      (link) => link,
      (link) => [link.version],
    );
  }

  @Get('people/:person')
  @Permit('directory:read')
  @Describe({
    tag: 'Directory',
    summary: 'One person; with addresses for whoever may change them',
    answers: { 200: onePersonView },
    problems: ['unknown-entry'],
  })
  async person(@DirectoryId('person') id: string, @By() by: Principal): Promise<Answer> {
    const { version, directory } = await this.directory.standing();
    const person = directory.people.find((p) => p.id === id);
    if (!person) throw new Problem('unknown-entry');
    const { email, contacts } = person;
    const teams = (directory.teams ?? []).filter((t) => t.lead === id || t.members.includes(id));
    const view = {
      ...viewPerson(person, await this.reader.ceilings()),
      teams: teams.map((t) => t.id),
      ...(may(by.role, 'directory:write') ? { email, contacts } : {}),
    };
    return new Answer(200, view, { etag: etag(version) });
  }
}
