import { Controller, Delete, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import type { Answer } from '../api/answer';
import { Describe, Sent, ValidBody, ValidQuery } from '../api/describe';
import type { Description } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ApiRequest } from '../api/request';
import { instant } from '../api/schemas/common';
import { DirectoryEditor, loadedView } from './directory-editor';
import { changePerson, put, putRota, remove, removeRota } from './directory-edits';
import { DirectoryId, RoleInAddress } from './directory-id';
import type { DirectoryFile, LeadRole } from './directory-schema';
import {
  absence,
  directoryId,
  directorySchema,
  organisation,
  person,
  rota,
  rotaId,
  site,
  team,
} from './directory-schema';

const personBody = person.omit({ id: true });
const organisationBody = organisation.omit({ id: true });
const siteBody = site.omit({ id: true });
const teamBody = team.omit({ id: true });
const rotaBody = rota.pick({ slots: true });
const absencesBody = z.strictObject({ absences: z.array(absence).max(200) });
const leaveBody = z.strictObject({ at: instant, successor: directoryId.optional() });
const leadBody = z.strictObject({ person: directoryId });
const placeQuery = z.strictObject({ site: directoryId.optional(), team: directoryId.optional() });
type Place = z.output<typeof placeQuery>;

const edits = (summary: string, more: Partial<Description> = {}): Description => ({
  tag: 'Directory',
  summary,
  answers: { 200: loadedView },
  edits: true,
  ...more,
  problems: ['bad-if-match', 'stale-directory', 'directory-inconsistent', ...(more.problems ?? [])],
});
const GONE = { problems: ['unknown-entry'] } as const;

/** Changes of the directory. Each tells the journeys that it touches, in its own transaction. */
@Controller(`${API}/directory`)
export class DirectoryEditsController {
  constructor(private readonly editor: DirectoryEditor) {}

  @Put()
  @Permit('directory:write')
  @Describe(edits('Make a whole directory stand', { body: directorySchema }))
  whole(@ValidBody() body: DirectoryFile, @Sent() request: ApiRequest): Promise<Answer> {
    return this.editor.edit(request, () => body);
  }

  @Put('people/:person')
  @Permit('directory:write')
  @Describe(edits('Put a person: all of what is said of them, with addresses', { body: personBody }))
  putPerson(
    @DirectoryId('person') id: string,
    @ValidBody() body: z.output<typeof personBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, put('people', { id, ...body }));
  }

  @Delete('people/:person')
  @Permit('directory:write')
  @Describe(edits('Take a person away, as if they had never been; who leaves is told by `leave`', GONE))
  deletePerson(@DirectoryId('person') id: string, @Sent() request: ApiRequest): Promise<Answer> {
    return this.editor.edit(request, remove('people', id));
  }

  @Put('people/:person/absences')
  @Permit('directory:cover')
  @Describe(edits('Say when somebody is away, and who covers', { body: absencesBody, ...GONE }))
  putAbsences(
    @DirectoryId('person') id: string,
    @ValidBody() body: z.output<typeof absencesBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, changePerson(id, body));
  }

  @Post('people/:person/leave')
  @Permit('directory:write')
  @Describe(
    edits(
      'Somebody leaves: from that moment on all that they answer for is their successor’s, else their role’s lead’s',
      {
        body: leaveBody,
        ...GONE,
      },
    ),
  )
  leave(
    @DirectoryId('person') id: string,
    @ValidBody() body: z.output<typeof leaveBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, changePerson(id, { left: body }));
  }

  @Put('leads/:role')
  @Permit('directory:write')
  @Describe(edits('Name the person whom a role means', { body: leadBody, ...GONE }))
  putLead(
    @RoleInAddress() role: LeadRole,
    @ValidBody() body: z.output<typeof leadBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, (d) => ({ ...d, leads: { ...d.leads, [role]: body.person } }));
  }

  @Put('organisations/:organisation')
  @Permit('directory:write')
  @Describe(
    edits('Put an organisation; outside the trust with a clinician and a way to confirm receipt', {
      body: organisationBody,
    }),
  )
  putOrganisation(
    @DirectoryId('organisation') id: string,
    @ValidBody() body: z.output<typeof organisationBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, put('organisations', { id, ...body }));
  }

  @Delete('organisations/:organisation')
  @Permit('directory:write')
  @Describe(edits('Take an organisation away', GONE))
  deleteOrganisation(@DirectoryId('organisation') id: string, @Sent() request: ApiRequest): Promise<Answer> {
    return this.editor.edit(request, remove('organisations', id));
  }

  @Put('sites/:site')
  @Permit('directory:write')
  @Describe(edits('Put a site', { body: siteBody }))
  putSite(
    @DirectoryId('site') id: string,
    @ValidBody() body: z.output<typeof siteBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, put('sites', { id, ...body }));
  }

  @Delete('sites/:site')
  @Permit('directory:write')
  @Describe(edits('Take a site away', GONE))
  deleteSite(@DirectoryId('site') id: string, @Sent() request: ApiRequest): Promise<Answer> {
    return this.editor.edit(request, remove('sites', id));
  }

  @Put('teams/:team')
  @Permit('directory:write')
  @Describe(edits('Put a team, with its lead and members', { body: teamBody }))
  putTeam(
    @DirectoryId('team') id: string,
    @ValidBody() body: z.output<typeof teamBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, put('teams', { id, ...body }));
  }

  @Delete('teams/:team')
  @Permit('directory:write')
  @Describe(edits('Take a team away', GONE))
  deleteTeam(@DirectoryId('team') id: string, @Sent() request: ApiRequest): Promise<Answer> {
    return this.editor.edit(request, remove('teams', id));
  }

  @Put('rotas/:role')
  @Permit('directory:cover')
  @Describe(
    edits('Put the rota of a role: of a site, of a team, or of the whole trust', {
      query: placeQuery,
      body: rotaBody,
      ...GONE,
    }),
  )
  putRota(
    @RoleInAddress() role: LeadRole,
    @ValidQuery() place: Place,
    @ValidBody() { slots }: z.output<typeof rotaBody>,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, putRota({ role, ...place, slots }));
  }

  @Delete('rotas/:role')
  @Permit('directory:cover')
  @Describe(edits('Take a rota away', { query: placeQuery, ...GONE }))
  deleteRota(
    @RoleInAddress() role: LeadRole,
    @ValidQuery() place: Place,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return this.editor.edit(request, removeRota(rotaId({ role, ...place })));
  }
}
