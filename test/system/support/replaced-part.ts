import type { DynamicModule, FactoryProvider, Type, ValueProvider } from '@nestjs/common';
import { WorkerModule } from '../../../src/temporal/worker.module';

type Provider = NonNullable<DynamicModule['providers']>[number];

/**
 * For programs of tests that are ours but for one part: makes the worker's module give out another one in its place. The
 * program itself knows nothing of it. Call it before `src/main` is loaded.
 * @param given what the other part is made from, beside the one whose place it takes where that one is made already
 */
export function replacePart<T>(
  part: Type<T>,
  given: FactoryProvider['inject'],
  make: (original: T, ...given: never[]) => T,
): void {
  const original = WorkerModule.forRoot.bind(WorkerModule);
  const replaced = (provider: Provider): Provider => {
    const { provide = provider, useValue } = provider as Partial<ValueProvider<T>>;
    if (provide !== part) return provider;
    return { provide: part, inject: given, useFactory: (...parts: never[]) => make(useValue as T, ...parts) };
  };
  WorkerModule.forRoot = (options) => {
    const module = original(options);
    return { ...module, providers: module.providers!.map(replaced) };
  };
}
