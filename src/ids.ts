import * as crypto from 'node:crypto';

/** Node 24's own UUIDv7 (RFC 9562): opaque, and ordered by time so that indexes stay compact. Its types lag behind. */
export const randomUUIDv7 = (crypto as unknown as { randomUUIDv7: () => string }).randomUUIDv7;
