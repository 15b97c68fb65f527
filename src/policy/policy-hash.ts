import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';

/** What stands for the policy that stands. */
export const CURRENT = 'current';

/** The policy that an address names. */
export const PolicyHash = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { policy } = context.switchToHttp().getRequest<ApiRequest>().params as { policy: string };
  if (policy !== CURRENT && !/^[0-9a-f]{64}$/.test(policy)) throw new Problem('unknown-policy');
  return policy;
});
