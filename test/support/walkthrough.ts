import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

/**
 * The README's walk-through, taken from the README itself: blocks marked `<!-- run: name -->` are commands, those marked
 * `<!-- output: name -->` what they printed when they were last run.
 */
export interface Step {
  name: string;
  script: string;
  output: string;
}

const BLOCK = /<!-- (run|output): ([\w-]+) -->\n```\w*\n([\s\S]*?)```/g;

/** The commands in their order, each with the output that the page shows for them (empty where it shows none). */
export const stepsOf = (page: string): Step[] => {
  const blocks = [...page.matchAll(BLOCK)].map(([, kind, name, text]) => ({
    kind,
    name: name!,
    text: text!,
  }));
  return blocks
    .filter(({ kind }) => kind === 'run')
    .map(({ name, text }) => ({ name, script: text, output: outputOf(page, name) }));
};

/** What the page shows under a name. */
export const outputOf = (page: string, name: string): string =>
  [...page.matchAll(BLOCK)].find(([, kind, of]) => kind === 'output' && of === name)?.[3] ?? '';

/** The page with another output under a name. */
export const withOutput = (page: string, name: string, output: string): string =>
  page.replace(
    new RegExp(`(<!-- output: ${name} -->\\n\`\`\`\\w*\\n)[\\s\\S]*?\`\`\``),
    (_, head: string) => `${head}${output.trim()}\n\`\`\``,
  );

const UUID = /\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** As the page writes it: ids cut short, all in the same way. */
export const forPage = (output: string): string => output.replaceAll(UUID, '$1-...');

/** What two runs of a step have in common: the same words, whatever the ids, times and counts. */
export const shapeOf = (output: string): string[] =>
  forPage(output)
    .replaceAll(/\b[0-9a-f]{8}-\.\.\./g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/("event":|"version":|\bevent |\basks: )\d+/g, '$1<n>')
    // Telling has its own ladder, which by then may have begun.
    .replaceAll(/^(tell-patient.*asked now:) \S+ +/gm, '$1 <somebody> ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line, i, all) => line !== '' && line !== all[i - 1]);

/** One bash in which the steps run one after the other, so that what one sets the next one has. */
export class Shell {
  private readonly bash: ChildProcessWithoutNullStreams;
  private printed = '';

  constructor(cwd: string) {
    this.bash = spawn('bash', [], { cwd });
    const collect = (chunk: Buffer): void => {
      this.printed += chunk.toString('utf8');
    };
    this.bash.stdout.on('data', collect);
    this.bash.stderr.on('data', collect);
  }

  /** Runs a script and returns what it printed. */
  async run(script: string, timeoutMs = 60_000): Promise<string> {
    const from = this.printed.length;
    const end = `@@end-${from}@@`;
    this.bash.stdin.write(`${script}\necho '${end}'\n`);
    const deadline = Date.now() + timeoutMs;
    while (!this.printed.includes(end)) {
      if (Date.now() > deadline || this.bash.exitCode !== null)
        throw new Error(`The shell did not finish:\n${script}\n${this.printed.slice(from)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.printed.slice(from, this.printed.indexOf(end));
  }

  close(): void {
    this.bash.stdin.end('exit\n');
  }
}
