import type { DynamicModule, FactoryProvider, Type } from '@nestjs/common';
import { WorkerModule } from '../../../src/temporal/worker.module';

/**
 * For programs of tests that are ours but for one part: makes the worker's module give out another one in its place. The
 * program itself knows nothing of it. Call it before `src/main` is loaded.
 * @param make gets what the part's own factory gets
 */
export function replacePart<T>(part: Type<T>, make: (...given: never[]) => T): void {
  const original = WorkerModule.forRoot.bind(WorkerModule);
  WorkerModule.forRoot = (options) => {
    const module = original(options);
    return { ...module, providers: module.providers!.map((provider) => replaced(provider, part, make)) };
  };
}

type Provider = NonNullable<DynamicModule['providers']>[number];

const replaced = <T>(provider: Provider, part: Type<T>, make: (...given: never[]) => T): Provider => {
  if (provider === part) return { provide: part, useFactory: make as never, inject: constructorOf(part) };
  return (provider as FactoryProvider).provide === part
    ? ({ ...(provider as FactoryProvider), useFactory: make as never } satisfies FactoryProvider)
    : provider;
};

/** What Nest would give to the part's constructor. */
const constructorOf = (part: Type): FactoryProvider['inject'] =>
  Reflect.getMetadata('design:paramtypes', part) as FactoryProvider['inject'];
