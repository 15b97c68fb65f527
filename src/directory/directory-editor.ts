import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../api/answer';
import { etag, ifMatch } from '../api/headers';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import type { Edit } from './directory-edits';
import { whole } from './directory-edits';
import { DirectoryService } from './directory.service';

export const loadedView = z.object({
  version: z.int().describe('The version that stands now; If-Match takes it'),
  changed: z.boolean(),
  journeys: z
    .int()
    .describe('Open journeys that were told, since somebody who answers or is asked there was touched'),
  askedAgain: z.int().describe('Asks that go out again, to a new address'),
});

/** Edits over REST: each reads what stands, changes it, and has it loaded as a whole. */
@Injectable()
export class DirectoryEditor {
  constructor(private readonly directory: DirectoryService) {}

  /** @throws Problem `stale-directory` where the directory is not the one that the sender had read */
  async edit(request: ApiRequest, edit: Edit): Promise<Answer> {
    const read = ifMatch(request);
    const loaded = await this.directory.change(request.principal!, ({ version, directory }) => {
      if (read !== undefined && read !== version) throw new Problem('stale-directory');
      return whole(edit(directory));
    });
    return new Answer(200, loaded, { etag: etag(loaded.version) });
  }
}
