/** What is held against what. */
export type Part = 'chain' | 'ledger' | 'checkpoint' | 'history' | 'read model';

/** Something that is not as it was recorded, and where. Ids, numbers and codes only. */
export interface Finding {
  part: Part;
  /** A journey's id with an event's number, an anchor's number, a checkpoint's size, a run's id. */
  where: string;
  what: string;
}

/** How far a verification has come, for whoever waits for it. */
export type Progress = (part: Part, done: number, total: number) => void;

/** More than this of one part says no more: the rest is only counted. */
const KEPT = 100;

/** Collects what is found; memory stays flat however much is broken. */
export class Findings {
  readonly kept: Finding[] = [];
  readonly checked = new Map<string, number>();
  /** What could not be shown, and contradicts nothing either. */
  readonly open: string[] = [];
  private readonly counts = new Map<Part, number>();

  broken(part: Part, where: string, what: string): void {
    const n = (this.counts.get(part) ?? 0) + 1;
    this.counts.set(part, n);
    if (n <= KEPT) this.kept.push({ part, where, what });
  }

  /** Counts something that was looked at. */
  count(what: string, by = 1): void {
    this.checked.set(what, (this.checked.get(what) ?? 0) + by);
  }

  get total(): number {
    return [...this.counts.values()].reduce((a, b) => a + b, 0);
  }
}
