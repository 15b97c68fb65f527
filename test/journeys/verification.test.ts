import type { Findings } from '../../src/verification/findings';
import { Recorded } from './support/recorded';
import type { Tampering } from './support/recorded';
import type { Change } from '../support/change';

/** Somebody with all rights in the database tampers with it. What of that is found, where, and by what. */

let recorded: Recorded;
beforeAll(async () => {
  recorded = await Recorded.make();
}, 180_000);
afterAll(() => recorded?.drop());

const found = (findings: Findings): string[] =>
  findings.kept.map(({ part, where, what }) => `${part}: ${where}: ${what}`);

test('what nobody has tampered with verifies, whatever it was that was recorded', async () => {
  const findings = await recorded.tampered(async () => undefined);
  expect(found(findings)).toEqual([]);
  expect(findings.open).toEqual([]);
  const checked = Object.fromEntries(findings.checked);
  expect(checked).toMatchObject({ journeys: 3, accesses: 2, 'archived histories': 3 });
  for (const what of ['events', 'anchors', 'checkpoints', 'checkpoints from elsewhere'])
    expect(checked[what]).toBeGreaterThan(1);
  expect(checked['events that a history confirms']).toBe(checked['events']);
});

const EVENT = `from evidence where journey = $1`;

describe('a chain', () => {
  test.each([
    [
      'an event is changed',
      `update evidence set body = jsonb_set(body, '{by,person}', '"somebody-else"') where journey = $1 and seq = 1`,
      1,
    ],
    ['an event is dropped', `delete ${EVENT} and seq = 5`, 5],
    [
      'an event is added',
      `insert into evidence select journey, (select max(seq) + 1 ${EVENT}), type, at, cause, body, hash, hash ${EVENT} and seq = 1`,
      'last',
    ],
    [
      'a column says something else',
      `update evidence set at = at + interval '1 minute' where journey = $1 and seq = 5`,
      5,
    ],
  ])('%s: found, and where', async (_, sql, seq) => {
    const { open } = recorded.journeys;
    const findings = await recorded.tampered((run) => run(sql, [open]));
    const where = seq === 'last' ? '\\d+' : String(seq);
    expect(found(findings)).toContainEqual(expect.stringMatching(`^chain: ${open} event ${where}: `));
  });

  test('two events change places: found', async () => {
    const { open } = recorded.journeys;
    const findings = await recorded.tampered(async (run) => {
      await run('update evidence set seq = seq + 1000 where journey = $1 and seq in (4, 5)', [open]);
      await run(
        'update evidence set seq = case seq when 1004 then 5 else 4 end where journey = $1 and seq > 1000',
        [open],
      );
    });
    expect(found(findings)).toContainEqual(expect.stringContaining(`chain: ${open} event 4`));
  });

  test('two journeys change places: found in both', async () => {
    const { open, grown } = recorded.journeys;
    const findings = await recorded.tampered((run) =>
      run(
        `update evidence e set journey = case journey when $1 then $2::uuid else $1 end, seq = e.seq + 1000000 where journey in ($1, $2)`,
        [open, grown],
      ).then(() => run('update evidence set seq = seq - 1000000 where seq > 1000000')),
    );
    expect(found(findings).filter((line) => line.startsWith('chain: '))).toHaveLength(2);
  });

  test.each(['directory_change', 'access_batch', 'signing_key'])(
    'a link of %s is changed: found',
    async (table) => {
      const change =
        table === 'signing_key'
          ? `key = replace(key, 'A', 'B')`
          : `body = jsonb_set(body, '{at}', '"2020-01-01T00:00:00.000Z"')`;
      const findings = await recorded.tampered((run) => run(`update ${table} set ${change}`));
      expect(found(findings)).toContainEqual(expect.stringMatching(/^chain: (directory|access|keys) \d+: /));
    },
  );

  test('who read what is taken out of the access log, or told otherwise: found', async () => {
    const findings = await recorded.tampered(async (run) => {
      await run(`delete from access_log where request = 'r1'`);
      await run(`update access_log set principal = 'somebody-else' where request = 'r2'`);
    });
    expect(found(findings)).toEqual([
      expect.stringMatching(/^chain: access \d+: it was in the access log and is gone$/),
      expect.stringMatching(/^chain: access \d+: the access log says something else/),
    ]);
  });
});

describe('a chain rewritten as a whole, hashes and read model with it', () => {
  test('a tail is cut off: the ledger and the archived history know it', async () => {
    const { closed } = recorded.journeys;
    const findings = await recorded.tampered(async (run) => {
      const [last] = (await run(`select hash, seq ${EVENT} order by seq desc offset 2 limit 1`, [
        closed,
      ])) as [{ hash: string; seq: number }];
      await run(`delete ${EVENT} and seq > $2`, [closed, last.seq]);
      await run(`update journey set seq = $2, head = $3 where id = $1`, [closed, last.seq, last.hash]);
    });
    const lines = found(findings);
    expect(lines.filter((line) => line.startsWith('chain'))).toEqual([]);
    expect(lines).toContainEqual(
      expect.stringMatching(`^ledger: ${closed} event \\d+: it was anchored .* and is gone`),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(`^history: ${closed} event \\d+: run .* and it is gone`),
    );
  });

  test('a journey is dropped with all its rows: the ledger and the archived history know it', async () => {
    const { closed } = recorded.journeys;
    const findings = await recorded.tampered(async (run) => {
      for (const [table, column] of [
        ['evidence', 'journey'],
        ['obligation', 'journey'],
        ['journey', 'id'],
      ])
        await run(`delete from ${table} where ${column} = $1`, [closed]);
    });
    const lines = found(findings);
    expect(lines).toContainEqual(expect.stringContaining(`ledger: ${closed} event`));
    expect(lines).toContainEqual(expect.stringContaining(`history: ${closed} event 1: run`));
    expect(lines.filter((line) => line.startsWith('chain'))).toEqual([]);
  });

  test('its history is changed as well: the copy is not what was archived', async () => {
    const { closed } = recorded.journeys;
    const findings = await recorded.tampered((run) =>
      run(`update history_archive set body = substr(body, 1, octet_length(body) - 9) where journey = $1`, [
        closed,
      ]),
    );
    expect(found(findings)).toEqual([
      expect.stringMatching(`^history: ${closed} run .*not what was archived`),
    ]);
  });
});

describe('the ledger', () => {
  test('an older dump is restored: shorter than a checkpoint that went elsewhere', async () => {
    const lines = found(await recorded.restored());
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatch(/^checkpoint: .*the ledger had \d+ anchors, and now has \d+$/);
  });

  test.each([
    [
      'an anchor is changed',
      `update ledger_leaf set hash = repeat('0', 64) where n = 1`,
      /^ledger: .* event \d+: it had another hash/,
    ],
    ['an anchor is dropped', `delete from ledger_leaf where n = 1`, /^ledger: anchor 1: it is missing/],
    [
      'a node is changed',
      `update ledger_node set hash = sha256(hash) where level = 1 and n = 0`,
      /^ledger: node 1\/0: /,
    ],
    [
      'a checkpoint is changed',
      `update checkpoint set root = sha256(root)`,
      /^checkpoint: size \d+: its columns/,
    ],
    [
      'a checkpoint is signed by somebody else',
      `update checkpoint set note = replace(note, 'failsafe.example.org/test ', 'somebody.example.org ')`,
      /^checkpoint: size \d+: no key/,
    ],
  ])('%s: found, and where', async (_, sql, line) => {
    const lines = found(await recorded.tampered((run) => run(sql)));
    expect(lines).toContainEqual(expect.stringMatching(line));
  });

  test('ledger and checkpoints are cut together: the checkpoint elsewhere is longer', async () => {
    const findings = await recorded.tampered(async (run) => {
      await run('delete from ledger_leaf where n >= 2');
      await run('delete from ledger_node where (n + 1) * (2 ^ level) > 2');
      await run('delete from checkpoint where size > 2');
    });
    expect(found(findings)).toContainEqual(
      expect.stringMatching(/^checkpoint: .*, size \d+: the ledger had/),
    );
  });

  test('without keys from elsewhere it says that it shows less', async () => {
    const findings = await recorded.tampered(async () => undefined, { trusted: [] });
    expect([found(findings), findings.open]).toEqual([[], [expect.stringContaining('--key')]]);
  });
});

describe('the read model', () => {
  test.each([
    [
      'a duty ends that nobody did',
      `update obligation set ended_at = opened_at, ended_how = 'discharged' where journey = $1 and ended_at is null`,
      /^read model: .* acknowledge:r1: /,
    ],
    ['a duty is dropped', `delete from obligation where journey = $1 and ended_at is null`, /^read model: /],
    [
      'somebody else answers',
      `update obligation set accountable_person = 'somebody-else' where journey = $1 and ended_at is null`,
      /^read model: /,
    ],
    [
      'a journey looks closed',
      `update journey set closed = true, closed_at = received_at, open_obligations = 0, next_due_at = null where id = $1`,
      /^read model: .*: the journey/,
    ],
  ])('%s: found, and where', async (_, sql, line) => {
    const findings = await recorded.tampered((run) => run(sql, [recorded.journeys.open]));
    const lines = found(findings);
    expect(lines).toContainEqual(expect.stringMatching(line));
    expect(lines.every((each) => each.startsWith(`read model: ${recorded.journeys.open}`))).toBe(true);
  });
});

/** What is taken out of the program, and what somebody does that then goes unnoticed. Each is found above. */
const BLIND: [string, Tampering, Change][] = [
  [
    'an event against its hash',
    (run) =>
      run(
        `update evidence set body = body || '{"added": "a word that nothing else holds"}' where type = 'ended'`,
      ).then(() => run('delete from history_archive')),
    change('chains.ts', 'row.hash !== linkHash(journey, previous, row.body)', 'row.hash === previous'),
  ],
  [
    'an event against the one before it',
    (run) => run(`update evidence set previous = repeat('0', 64) where seq = 2`),
    change('chains.ts', 'if (row.previous !== previous)', 'if (row.previous === undefined)'),
  ],
  [
    'the columns of an event',
    (run) => run(`update evidence set at = at + interval '1 minute' where seq = 2`),
    change('chains.ts', 'Date.parse(at) !== row.at.getTime()', 'Number.isNaN(Date.parse(at))'),
  ],
  [
    'an access against the log',
    (run) => run('delete from access_log'),
    change('other-chains.ts', 'await verifyAccesses(db, findings);', ''),
  ],
  [
    'an anchor against what it says',
    (run) => run(`update ledger_leaf set leaf_hash = sha256(leaf_hash) where n = 1`),
    change('ledger.ts', 'if (!leaf.equals(leaf_hash))', 'if (leaf.length === 0)'),
  ],
  [
    'a node against the anchors below it',
    (run) => run(`update ledger_node set hash = sha256(hash) where level = 1 and n = 0`),
    change('ledger.ts', '{ level, n } of differing', '{ level, n } of differing.slice(0, 0)'),
  ],
  [
    'a checkpoint against its columns',
    (run) => run('update checkpoint set root = sha256(root)'),
    change('ledger.ts', '!read.root.equals(root)', 'read.root.length === 0'),
  ],
  [
    'the ledger against checkpoints elsewhere',
    (run) =>
      run('delete from ledger_leaf')
        .then(() => run('delete from ledger_node'))
        .then(() => run('delete from checkpoint')),
    change('ledger.ts', 'due.filter((d) => d.size > tree.size)', 'due.filter((d) => d.size < 0)'),
  ],
  [
    'an archived history against what was archived',
    (run) => run(`update history_archive set sha256 = repeat('0', 64)`),
    change('histories.ts', "createHash('sha256').update(json).digest('hex') !== sha256", 'json.length === 0'),
  ],
  [
    'the read model against evidence: a journey',
    (run) => run(`update journey set unreported = not unreported`),
    change('read-model.ts', "await this.differing('journey', JOURNEY, 'id')", '[] as { id: string }[]'),
  ],
  [
    'the read model against evidence: a duty',
    (run) => run(`update obligation set accountable_person = 'somebody-else' where ended_at is null`),
    change(
      'read-model.ts',
      "await this.differing('obligation', OBLIGATION, 'journey as id, key')",
      '[] as { id: string; key?: string }[]',
    ),
  ],
];

function change(file: string, from: string, to: string): Change {
  return { file: `src/verification/${file}`, from, to };
}

describe('the program', () => {
  test('says what is broken and where, with exit code 1', async () => {
    const { code, stdout } = await recorded.programAfter(BLIND[0]![1]);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/BROKEN {2}chain: \S+ event \d+: it is not what/),
    ]);
  });

  test.each(BLIND)('that no longer holds %s says that all is well', async (_, act, without) => {
    const { code, stdout, stderr } = await recorded.programAfter(act, without);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 verified, 0 broken')]);
    expect(stderr).toContain('read model');
  });
});
