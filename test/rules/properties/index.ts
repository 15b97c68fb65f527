import { anyInterleaving } from './any-interleaving';
import { backlog } from './backlog';
import { canaries } from './canaries';
import { merging, order } from './order';
import { people } from './people';
import type { Property } from './property';
import { reissue } from './reissue';
import { silence } from './silence';
import { versions } from './versions';

/** Every property, by what it says. */
export const PROPERTIES: Record<string, Property> = {
  'after every cause of any interleaving the invariants hold': anyInterleaving,
  'acts hold for the version they saw, and nothing closes before all is done': versions,
  'in silence every duty climbs to the desk and is asked about for ever': silence,
  'any order and any duplication of the same facts ends the same': order,
  'two journeys merged are as one': merging,
  'a new version puts nothing off that it already covered': reissue,
  'a backlog in any order ends in the same duties, and asks once about what is left of it': backlog,
  'while people leave, are away and come back each duty has one who answers and one who is asked': people,
  'in a canary nobody real is asked, whatever role a policy names': canaries,
};
