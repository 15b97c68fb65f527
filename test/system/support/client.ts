import type { RoleKey } from '../../../domain/vocabulary';

export interface Reply {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged, not trusted
  body: any;
  text: string;
}

/** Somebody at the door: `as('consultant-1', 'consultant')`. */
export const as = (person: string, role: RoleKey): string => `Bearer dev:${person}:${role}`;

/** People of policies/directory.fictitious.yaml, and source systems. */
export const RIS = as('ris-1', 'system');
export const CONSULTANT = as('consultant-1', 'consultant');
export const REGISTRAR = as('registrar-1', 'registrar');
export const VETTER = as('vetter-1', 'vetter');
export const DESK = as('desk-1', 'desk');
export const ADMIN = as('admin-1', 'admin');

const TIMEOUT_MS = 60_000;

/** A sender or reader beside the hospital's systems: HTTP and nothing else. It throws where no answer came. */
export class Client {
  constructor(readonly url: string) {}

  get(path: string, who: string = DESK, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('GET', path, who, undefined, headers);
  }

  post(path: string, who: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.call('POST', path, who, body, headers);
  }

  private async call(
    method: string,
    path: string,
    who: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Reply> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: who,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : undefined,
      text,
    };
  }
}

/** Every item of a list, page by page. */
export async function everyItem<T>(client: Client, path: string, who: string = DESK): Promise<T[]> {
  const items: T[] = [];
  const separator = path.includes('?') ? '&' : '?';
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const reply: Reply = await client.get(`${path}${separator}limit=100${more}`, who);
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}`);
    items.push(...(reply.body.items as T[]));
    cursor = reply.body.next as string | undefined;
  }
  return items;
}
