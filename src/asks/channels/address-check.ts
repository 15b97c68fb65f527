import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/**
 * Where a webhook may connect to. Its address comes from the directory, so it may be anything: without this check whoever
 * edits a directory could have this program call servers that only it can reach (SSRF). Only what is public is allowed, and
 * what a setting names, since receivers in a hospital are in private networks.
 */

/** All addresses of a name. In tests a resolver of their own. */
export type Resolve = (host: string) => Promise<string[]>;

export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** IPv4 that is not public (IANA special-purpose registry): this host, private, shared, link-local, test nets, multicast, reserved. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only global unicast is public, so no ULA, link-local, multicast, IPv4-mapped or NAT64; and of that, no tunnels to IPv4. */
const PUBLIC_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** A list of networks such as `10.1.0.0/16`. @throws where one is no network */
export const networks = (list: readonly string[]): BlockList => {
  const block = new BlockList();
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/');
    const version = isIP(address);
    if (version === 0) throw new Error(`${entry} is no network`);
    block.addSubnet(
      address,
      prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix),
      `ipv${version}` as 'ipv4',
    );
  }
  return block;
};

const notPublicV4 = networks(NOT_PUBLIC_V4);
const publicV6 = networks(PUBLIC_V6);
const notPublicV6 = networks(NOT_PUBLIC_V6);

/** Whether an address may be connected to. */
export const mayConnect = (address: string, allowed: BlockList): boolean => {
  const version = isIP(address);
  if (version === 4) return allowed.check(address, 'ipv4') || !notPublicV4.check(address, 'ipv4');
  // What begins with zeros is this host or an IPv4 address in disguise (mapped, compatible): only the plain loopback can be meant.
  if (version !== 6 || (address !== '::1' && /^(0{1,4}:|::)/.test(address))) return false;
  if (allowed.check(address, 'ipv6')) return true;
  return publicV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
};

const loopback = networks(['127.0.0.0/8', '::1']);
export const isLoopbackAddress = (address: string): boolean =>
  loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
