import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { Description } from '../describe';
import { DESCRIPTION } from '../describe';
import type { Permission } from '../permissions';
import { PERMISSION, PUBLIC } from '../permit';

/** A route as its decorators declare it. */
export interface DeclaredRoute {
  /** `CommandsController.vet` */
  name: string;
  method: string;
  /** With `:name` for parameters. */
  path: string;
  permission?: Permission;
  isPublic: boolean;
  description?: Description;
}

/** Where Nest's own decorators keep what they were given. */
const PATH = 'path';
const METHOD = 'method';

const read = <T>(key: string, target: object): T | undefined =>
  Reflect.getMetadata(key, target) as T | undefined;

const joined = (...parts: (string | undefined)[]): string =>
  `/${parts
    .map((part) => (part ?? '').replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;

/** Every route of these controllers, in the order in which they are written. */
export const routesOf = (controllers: readonly Type[]): DeclaredRoute[] =>
  controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype)
      .filter((name) => name !== 'constructor' && read(PATH, prototype[name]!) !== undefined)
      .map((name): DeclaredRoute => {
        const handler = prototype[name]!;
        const permission = read<Permission>(PERMISSION, handler) ?? read<Permission>(PERMISSION, controller);
        const description = read<Description>(DESCRIPTION, handler);
        return {
          name: `${controller.name}.${name}`,
          method: RequestMethod[read<RequestMethod>(METHOD, handler)!].toLowerCase(),
          path: joined(read<string>(PATH, controller), read<string>(PATH, handler)),
          isPublic: read<boolean>(PUBLIC, handler) ?? read<boolean>(PUBLIC, controller) ?? false,
          ...(permission === undefined ? {} : { permission }),
          ...(description === undefined ? {} : { description }),
        };
      });
  });
