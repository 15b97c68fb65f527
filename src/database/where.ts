/** The conditions of one query. Values only ever travel as parameters; `?` stands for the value's place. */
export class Where {
  private readonly clauses: string[] = [];

  /** @param params given where several conditions travel in one query */
  constructor(readonly params: unknown[] = []) {}

  /** Adds a condition where there is a value to compare with. */
  and(condition: string, value?: unknown): this {
    if (value === undefined) return this;
    const place = this.param(value);
    this.clauses.push(condition.replaceAll('?', () => place));
    return this;
  }

  /** Adds a condition as it stands. */
  only(condition: string | false | undefined): this {
    if (condition) this.clauses.push(condition);
    return this;
  }

  /** A parameter's place, for use elsewhere in the query. */
  param(value: unknown): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }

  toString(): string {
    return this.clauses.length === 0 ? '' : `where ${this.clauses.join(' and ')}`;
  }
}
