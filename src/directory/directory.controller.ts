import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { ROLE_KEYS } from '../../domain/vocabulary';
import { Describe } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { DirectoryService } from './directory.service';

const directoryView = z.object({
  people: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(z.enum(ROLE_KEYS)) })),
  leads: z
    .record(z.string(), z.string())
    .describe('The person whom each role means where nobody is named, by role'),
});

/** Who is who: the ids in obligations and events are people here. */
@Controller(`${API}/directory`)
export class DirectoryController {
  constructor(private readonly directory: DirectoryService) {}

  @Get()
  @Permit('directory:read')
  @Describe({
    tag: 'Directory',
    summary: 'The people who can owe or be asked, and whom each role means',
    answers: { 200: directoryView },
  })
  async all(): Promise<z.output<typeof directoryView>> {
    const people = (await this.directory.people()).map(({ id, name, roles }) => ({ id, name, roles }));
    return { people, leads: await this.directory.leads() };
  }
}
