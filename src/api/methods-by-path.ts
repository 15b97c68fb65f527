import { Injectable } from '@nestjs/common';

/** Which methods an address takes: told by the server as its routes are made, asked when one is not found. */
@Injectable()
export class MethodsByPath {
  private readonly routes: { pattern: RegExp; methods: string[] }[] = [];

  add(url: string, method: string | string[]): void {
    const source = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+');
    this.routes.push({ pattern: new RegExp(`^${source}/?$`), methods: [method].flat() });
  }

  /** The methods at an address; none where there is nothing. */
  at(url: string): string[] {
    const [path] = url.split('?', 1);
    const found = this.routes.filter(({ pattern }) => pattern.test(path!)).flatMap(({ methods }) => methods);
    return [...new Set(found)].sort();
  }
}
