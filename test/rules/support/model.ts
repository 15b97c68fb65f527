import type { Commands, Facts, Finding, Row } from '../../../domain/inputs';
import type { Outcome } from './loop';

/**
 * What must be owed about an orderly source's reports, worked out a second time and in another way, from nothing but what was
 * sent and what became of it. It knows no waiver, no second reader and no merge; those have examples and properties of their own.
 */
interface Version {
  label: string;
  n: number;
  kind: 'preliminary' | 'final' | 'withdrawn';
  said: string;
  alerts: Finding[];
  unchanged: boolean;
}
interface Act {
  seq: number;
  version: string;
}

const KIND: Record<Facts['report']['status'], Version['kind']> = {
  preliminary: 'preliminary',
  final: 'final',
  amended: 'final',
  cancelled: 'withdrawn',
  'entered-in-error': 'withdrawn',
};

export class Model {
  private readonly versions: Version[] = [];
  private readonly flags = new Map<string, Facts['flag']>();
  private acknowledged: Act[] = [];
  private planned: (Act & Commands['plan'])[] = [];
  private told: (Act & { letter: boolean })[] = [];
  private readonly bounced: Act[] = [];
  private readonly receipts = new Set<string>();
  private readonly completed = new Set<string>();
  private readonly enquiries = new Map<string, boolean>();
  private requests = 0;
  imaged = false;
  evaluated = false;
  lastDecision?: string;
  gp?: Facts['request']['gp'] | undefined;

  /** Takes in a row with its outcome, and the number of the event that holds it. */
  heard(row: Row, outcome: Outcome, seq: number): void {
    if (outcome !== 'recorded') return;
    switch (row.type) {
      case 'images':
        this.imaged = true;
        return;
      case 'report':
        return this.reported(row.data);
      case 'flag':
        return void this.flags.set(row.data.id, row.data);
      case 'acknowledge':
        return void this.acknowledged.push({ seq, ...row.data });
      case 'call': {
        const { duty, outcome } = row.data;
        if (outcome === 'read-back')
          this.acknowledged.push({ seq, version: duty.replace('acknowledge:', '') });
        return;
      }
      case 'plan':
        return void this.planned.push({ seq, ...row.data });
      case 'tell':
        return void this.told.push({ seq, version: row.data.version, letter: row.data.how === 'letter' });
      case 'bounced':
        return void this.bounced.push({ seq, version: row.data.version });
      case 'gp-receipt':
        return void this.receipts.add(row.data.version);
      case 'complete':
        return void this.completed.add(row.data.action);
      case 'enquiry':
        return void (this.enquiries.has(row.data.id) || this.enquiries.set(row.data.id, false));
      case 'answer':
        return void this.enquiries.set(row.data.enquiry, true);
      case 'evaluate':
        this.evaluated = true;
        return;
      case 'clarify':
        this.lastDecision = row.data.decision;
        return;
      case 'request':
        // Which of two requests stands is not this model's business.
        this.gp = this.requests++ === 0 ? row.data.gp : undefined;
        return;
      case 'retract':
        this.acknowledged = this.acknowledged.filter((a) => a.seq !== row.data.event);
        this.planned = this.planned.filter((p) => p.seq !== row.data.event);
        this.told = this.told.filter((t) => t.seq !== row.data.event);
        return;
      default:
        return;
    }
  }

  private reported(fact: Facts['report']): void {
    this.imaged = true;
    this.versions.push({
      label: `r${fact.version}`,
      n: fact.version,
      kind: KIND[fact.status],
      said: JSON.stringify(fact.findings),
      alerts: fact.findings.filter((f) => f.category !== 'routine' && !f.expected),
      unchanged: fact.clinicalChange === false,
    });
    this.versions.sort((a, b) => a.n - b.n);
  }

  /** The versions between which nothing clinical changed, that one of them belongs to; in order. */
  private runOf(label: string): string[] {
    const same = (a: Version, b: Version): boolean =>
      a.kind !== 'withdrawn' &&
      b.kind !== 'withdrawn' &&
      a.said === b.said &&
      (a.kind === 'preliminary' || b.unchanged);
    const runs: Version[][] = [];
    for (const v of this.versions) {
      const last = runs.at(-1)?.at(-1);
      if (last && same(last, v)) runs.at(-1)!.push(v);
      else runs.push([v]);
    }
    return runs.find((run) => run.some((v) => v.label === label))?.map((v) => v.label) ?? [label];
  }

  /** Tellings that reached somebody: a letter that came back did not, also where it names a version that came only later. */
  private get arrived(): Act[] {
    const cameBack = (t: Act): boolean =>
      this.bounced.some((b) => b.seq > t.seq && this.runOf(b.version).includes(t.version));
    return this.told.filter((t) => !t.letter || !cameBack(t));
  }

  /** The version that stands: the last word that is more than preliminary. */
  private get standing(): Version | undefined {
    const run = (v: Version): Version[] => this.versions.filter((w) => this.runOf(v.label).includes(w.label));
    // A run in which one version is final is final, whatever an addendum calls itself.
    return this.versions
      .filter((v) => v.kind === 'withdrawn' || run(v).some((w) => w.kind === 'final'))
      .at(-1);
  }

  /** Duties of which this model can say that they need not be: not a call's, nor those that a withdrawal leaves. */
  knows(key: string): boolean {
    const withdrawn = this.standing?.kind === 'withdrawn' && key.endsWith(`:${this.standing.label}`);
    return /^(report$|acknowledge:r|plan:r|tell-patient:r)/.test(key) && !withdrawn;
  }

  /** Keys that must be open now. */
  owed(): string[] {
    const stands = this.standing;
    const keys: string[] = [];
    if (this.imaged && stands?.kind !== 'final' && stands?.kind !== 'preliminary' && !this.evaluated)
      keys.push('report');
    if (stands && stands.kind !== 'withdrawn') keys.push(...this.owedOf(stands));
    const last = this.versions.filter((v) => v.kind === 'preliminary' && v.n > (stands?.n ?? 0)).at(-1);
    if (last && last.alerts.length > 0 && !this.runOf(last.label).includes(stands?.label ?? ''))
      keys.push(...this.owedToClinician(this.runOf(last.label), last));
    for (const flag of this.flags.values()) keys.push(...this.owedOfFlag(flag, stands));
    for (const [id, answered] of this.enquiries) if (!answered) keys.push(`answer:${id}`);
    for (const p of this.planned)
      for (const a of p.actions ?? []) {
        const id = `${p.version}:${p.finding}:${a.id}`;
        if (!this.completed.has(id)) keys.push(`complete:${id}`);
      }
    return keys;
  }

  private owedOf(v: Version): string[] {
    const run = this.runOf(v.label);
    const holds = (acts: readonly Act[]): boolean => acts.some((a) => run.includes(a.version));
    return [
      ...this.owedToClinician(run, v),
      ...(holds(this.arrived) ? [] : [`tell-patient:${run[0]}`]),
      // Whether a GP known by name is the one who acknowledges is not this model's business.
      ...(this.gp?.status !== 'registered' || this.gp.person || run.some((label) => this.receipts.has(label))
        ? []
        : [`tell-gp:${run[0]}`]),
    ];
  }

  private owedToClinician(run: readonly string[], v: Version): string[] {
    if (!this.acknowledged.some((a) => run.includes(a.version))) return [`acknowledge:${run[0]}`];
    return v.alerts
      .filter((f) => !this.planned.some((p) => run.includes(p.version) && p.finding === f.id))
      .map((f) => `plan:${run[0]}:${f.id}`);
  }

  /** Only a flag of which no report speaks; when a report takes it up has examples. */
  private owedOfFlag(flag: Facts['flag'], stands: Version | undefined): string[] {
    if (stands?.alerts.some((f) => f.region === flag.region)) return [];
    const label = `flag:${flag.id}`;
    const acknowledged = this.acknowledged.some((a) => a.version === label);
    return acknowledged ? [] : [`acknowledge:${label}`];
  }
}
