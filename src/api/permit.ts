import { SetMetadata } from '@nestjs/common';
import type { Permission } from './permissions';

export const PERMISSION = 'failsafe:permission';
export const PUBLIC = 'failsafe:public';

/** What a caller needs to be allowed for this route. A route without one is closed to everybody. */
export const Permit = (permission: Permission): MethodDecorator => SetMetadata(PERMISSION, permission);

/** Open to anybody: health, documentation, and the pages that explain problems. Nothing of a journey. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);
