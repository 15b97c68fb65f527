/** The API refuses: what it said. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Nobody answers there, or whoever does cannot. */
export class Away extends Error {}

/** One caller of the API. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** @throws Refusal, Away */
  async call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const { status, answer } = await this.fetch(method, path, body);
    if (status >= 500) throw new Away(`${answer.code ?? status}: ${answer.detail ?? 'the API failed'}`);
    if (status >= 400) {
      const where = (answer.errors ?? []).map((e) => ` ${e.pointer || '(body)'} ${e.message}.`).join('');
      throw new Refusal(status, answer.code ?? String(status), `${answer.detail ?? ''}${where}`);
    }
    return answer as T;
  }

  private async fetch(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; answer: Problem }> {
    try {
      const response = await fetch(`${this.url}/api/v1/admin/${path}`, {
        method,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, answer: (await response.json()) as Problem };
    } catch (error) {
      const { cause, message } = error as Error;
      throw new Away(
        `${this.url} does not answer as the API: ${cause instanceof Error ? cause.message : message}`,
      );
    }
  }
}

interface Problem {
  code?: string;
  detail?: string;
  errors?: { pointer: string; message: string }[];
}
