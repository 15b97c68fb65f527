import type { DynamicModule, FactoryProvider, Type } from '@nestjs/common';
import { WorkerModule } from '../../../src/temporal/worker.module';

type Provider = NonNullable<DynamicModule['providers']>[number];

/** The part that was replaced, for the one in its place. */
const ORIGINAL = Symbol('the part that was replaced');

/**
 * For programs of tests that are ours but for one part: makes the worker's module give out another one in its place. The
 * program itself knows nothing of it. Call it before `src/main` is loaded.
 * @param given what the other part is made from, beside the one whose place it takes, where a factory or a value makes that one
 */
export function replacePart<T>(
  part: Type<T>,
  given: FactoryProvider['inject'],
  make: (original: T, ...given: never[]) => T,
): void {
  const original = WorkerModule.forRoot.bind(WorkerModule);
  const replaced = (provider: Provider): Provider[] => {
    if (typeof provider === 'function')
      return provider === part
        ? [
            {
              provide: part,
              inject: given,
              useFactory: (...parts: never[]) => make(undefined as T, ...parts),
            },
          ]
        : [provider];
    if (provider.provide !== part) return [provider];
    const inject = [ORIGINAL, ...(given ?? [])];
    const useFactory = (was: T, ...parts: never[]) => make(was, ...parts);
    return [
      { ...provider, provide: ORIGINAL },
      { provide: part, inject, useFactory },
    ];
  };
  WorkerModule.forRoot = (options) => {
    const module = original(options);
    return { ...module, providers: module.providers!.flatMap(replaced) };
  };
}
