import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { once } from 'node:events';
import type { Parts } from '../src/local/parts';
import { root } from '../src/local/paths';
import type { Change } from '../test/support/change';
import type { EvidencePlan } from './command-line';
import { HAPPY_JOURNEY } from './happy-journey';
import { median, round, spread, type Spread } from './numbers';
import type { Stage } from './stage';

export interface EvidenceFigures extends EvidencePlan {
  /** Milliseconds of one record, the median of the rounds: with its chain and its row for the ledger, and without. */
  withMs: number;
  withoutMs: number;
  ratio: number;
  ratioSpread: Spread;
}

/** What is taken out: the hash of each event, and the row that the sequencer takes into the ledger. */
const WITHOUT: Change[] = [
  {
    file: 'src/journeys/evidence-chain.ts',
    from: "  createHash('sha256')\n    .update(canonicalize({ journey, previous, event }) ?? '')\n    .digest('hex');",
    to: "  'none';",
  },
  {
    file: 'src/journeys/record-sql.ts',
    from: "select journey::text, (r->'journey'->>'seq')::bigint, r->'journey'->>'head' from record",
    to: "select '', 0, '' from record where false",
  },
];

/**
 * What chaining and anchoring add to a record: our own transaction, on a Postgres that keeps what it is told, in two programs of
 * which one has them taken out. They play in turns, each on a database of its own.
 */
export const measureEvidence = async (
  stage: Stage,
  plan: EvidencePlan,
  parts: Parts,
  say: (line: string) => void,
): Promise<EvidenceFigures> => {
  const [whole, bare] = [
    await Player.start(await stage.another('chained'), [], parts),
    await Player.start(await stage.another('unchained'), WITHOUT, parts),
  ];
  const ms: [number[], number[]] = [[], []];
  // The first round only warms up.
  for (let r = 0; r <= plan.rounds; r++) {
    const turns = r % 2 === 0 ? [0, 1] : [1, 0];
    for (const which of turns) {
      const took = await [whole, bare][which]!.play(plan.journeysPerRound);
      if (r > 0) ms[which]!.push(took / plan.journeysPerRound / HAPPY_JOURNEY.length);
    }
  }
  const ratios = spread(ms[0].map((took, i) => took / ms[1][i]!));
  const [withMs, withoutMs] = [round(median(ms[0])), round(median(ms[1]))];
  say(`  evidence: a record in ${withMs} ms, ${withoutMs} ms without chain and ledger`);
  return { ...plan, withMs, withoutMs, ratio: ratios.median, ratioSpread: ratios };
};

/** A program that plays rounds when it is told to. */
class Player {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: Interface,
  ) {}

  static async start(databaseUrl: string, changes: readonly Change[], parts: Parts): Promise<Player> {
    const hook = changes.length > 0 ? ['-r', './test/support/changed-program.cjs'] : [];
    const program = [...hook, '-r', './scripts/ts.cjs', 'bench/record-rounds.ts', databaseUrl];
    const env = { ...process.env, FAILSAFE_CHANGE: JSON.stringify(changes) };
    const child = spawn(process.execPath, program, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
    const player = new Player(child, createInterface({ input: child.stdout! }));
    parts.add({ name: 'recorder', description: databaseUrl, stop: () => player.stop() });
    await player.play(1);
    return player;
  }

  /** @returns milliseconds */
  async play(journeys: number): Promise<number> {
    const ended = once(this.child, 'exit').then(() => {
      throw new Error('a recorder ended before its time');
    });
    const answer = once(this.answers, 'line') as Promise<[string]>;
    this.child.stdin!.write(`${journeys}\n`);
    ended.catch(() => undefined);
    const [line] = await Promise.race([answer, ended]);
    return Number(line);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.stdin!.end();
    await exit;
  }
}
