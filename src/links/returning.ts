/** How what comes back from people and providers is recognised: the key of our links, and the token that Notify calls back with. */
export class Returning {
  linkSecret?: string | undefined;
  notifyToken?: string | undefined;
}
