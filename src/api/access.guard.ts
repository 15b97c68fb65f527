import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Authenticator } from './authenticator';
import type { Permission } from './permissions';
import { may } from './permissions';
import { PERMISSION, PUBLIC } from './permit';
import { Problem } from './problems';
import { purposeOf } from './purpose';
import type { ApiRequest } from './request';

/**
 * Lets in who may: everybody for what is public, else a known caller whose role has the route's permission, and who says why
 * where that must be said.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const where = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, where)) return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const principal = await this.authenticator.authenticate(request.headers.authorization);
    if (!principal) throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
    request.principal = principal;
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION, where);
    if (permission === undefined || !may(principal.role, permission)) throw new Problem('not-permitted');
    request.purpose = purposeOf(request, permission);
    return true;
  }
}
