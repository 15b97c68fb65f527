import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import type { LeadRole } from './directory-schema';
import { LEAD_ROLES, directoryId } from './directory-schema';

const inAddress = (name: string, context: ExecutionContext): string | undefined =>
  (context.switchToHttp().getRequest<ApiRequest>().params as Record<string, string>)[name];

/** An id of the directory in the address. One that could be none names nothing. */
export const DirectoryId = createParamDecorator((name: string, context: ExecutionContext): string => {
  const value = inAddress(name, context);
  if (!directoryId.safeParse(value).success) throw new Problem('unknown-entry');
  return value!;
});

/** A role in the address that somebody can be asked in. */
export const RoleInAddress = createParamDecorator((_: unknown, context: ExecutionContext): LeadRole => {
  const value = inAddress('role', context) as LeadRole;
  if (!LEAD_ROLES.includes(value)) throw new Problem('unknown-entry');
  return value;
});
