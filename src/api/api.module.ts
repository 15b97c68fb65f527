import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessGuard } from './access.guard';
import { AccessLog } from './access-log';
import { AnswerInterceptor } from './answer';
import { Authenticator } from './authenticator';
import { HealthProbe, TemporalProbe } from './health-probe';
import { MethodsByPath } from './methods-by-path';
import { openApiDocument } from './openapi/document';
import { OPENAPI } from './openapi/openapi.controller';
import { ProblemFilter } from './problem.filter';

export interface EdgeOptions {
  authenticator: Authenticator;
  /** Every controller that is served, so that the document has them all. */
  controllers: readonly Type[];
  version: string;
  temporal?: TemporalProbe | undefined;
}

/** What every route stands behind: who may, what is on record, and how errors are said. */
@Module({})
export class ApiModule {
  static forRoot({ authenticator, controllers, version, temporal }: EdgeOptions): DynamicModule {
    return {
      module: ApiModule,
      global: true,
      providers: [
        { provide: Authenticator, useValue: authenticator },
        { provide: OPENAPI, useValue: openApiDocument(controllers, version) },
        ...(temporal ? [{ provide: TemporalProbe, useValue: temporal }] : []),
        AccessLog,
        MethodsByPath,
        HealthProbe,
        ProblemFilter,
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
      ],
      exports: [
        AccessLog,
        Authenticator,
        HealthProbe,
        MethodsByPath,
        OPENAPI,
        ...(temporal ? [TemporalProbe] : []),
      ],
    };
  }
}
