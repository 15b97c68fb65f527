import canonicalize from 'canonicalize';
import { linkHash } from '../journeys/evidence-chain';
import type { Findings } from './findings';
import type { Snapshot } from './snapshot';

/** A chain beside those of journeys: its name, its links in order, and the number by which people know one. */
interface OtherChain {
  name: 'directory' | 'access' | 'keys';
  links: string;
}

const CHAINS: readonly OtherChain[] = [
  {
    name: 'directory',
    links: 'select version as n, body, previous, hash from directory_change order by version',
  },
  { name: 'access', links: 'select n, body, previous, hash from access_batch order by n' },
  {
    name: 'keys',
    links: `select n, jsonb_build_object('n', n, 'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'key', key) as body,
      previous, hash from signing_key order by n`,
  },
];

interface Link {
  n: string | number;
  body: object;
  previous: string;
  hash: string;
}

/** The chains of the directory, of accesses and of keys; and the access log against its batches. */
export const verifyOtherChains = async (db: Snapshot, findings: Findings): Promise<void> => {
  for (const { name, links } of CHAINS) {
    let previous = '';
    for await (const link of db.stream<Link>(`verify_${name}`, links)) {
      findings.count(`links of the chain of ${name}`);
      if (link.previous !== previous || link.hash !== linkHash(name, previous, link.body)) {
        findings.broken('chain', `${name} ${link.n}`, 'it is not what was hashed, or not in its place');
        break;
      }
      previous = link.hash;
    }
  }
  await verifyAccesses(db, findings);
};

interface Batched {
  id: string;
  said: object;
  is: object | null;
}

/** Each access in a batch with the log's row of it. What is not in a batch yet waits to be anchored. */
const ACCESSES = `
select row->>'id' as id, row as said, (
    select to_jsonb(l) || jsonb_build_object('at', to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from access_log l where l.id = (row->>'id')::bigint) as is
from access_batch b, jsonb_array_elements(b.body->'rows') as row order by b.n`;

const verifyAccesses = async (db: Snapshot, findings: Findings): Promise<void> => {
  for await (const { id, said, is } of db.stream<Batched>('verify_access_rows', ACCESSES)) {
    findings.count('accesses');
    if (is === null) findings.broken('chain', `access ${id}`, 'it was in the access log and is gone');
    else if (!agrees(said, is as Record<string, unknown>))
      findings.broken('chain', `access ${id}`, 'the access log says something else than it did');
  }
};

/** A column that the log has got since is no contradiction. */
const agrees = (said: object, is: Record<string, unknown>): boolean =>
  Object.entries(said).every(
    ([name, value]) => canonicalize(value ?? null) === canonicalize(is[name] ?? null),
  );
