import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import {
  DirectoryFileError,
  LEAD_ROLES,
  parseDirectory,
  readDirectory,
} from '../../src/directory/directory-file';
import type { DirectoryFile } from '../../src/directory/directory-file';
import { loadPolicy } from '../../src/policy/policy-file';

const FICTITIOUS = 'policies/directory.fictitious.yaml';
const text = readFileSync(FICTITIOUS, 'utf8');

const defects = (change: (directory: DirectoryFile) => void): string[] => {
  const directory = parse(text) as DirectoryFile;
  change(directory);
  try {
    parseDirectory(stringify(directory), 'changed.yaml');
  } catch (error) {
    return (error as DirectoryFileError).defects;
  }
  return [];
};

test('the fictitious trust is marked as such and can write to nobody', () => {
  const { name, people } = readDirectory(FICTITIOUS);
  expect(name).toMatch(/^Fictitious/);
  for (const person of people) {
    expect(person.name).toMatch(/fictitious/i);
    expect(person.email ?? 'none@example.org').toMatch(/@([a-z-]+\.)*(example\.org|[a-z-]+\.invalid)$/);
  }
});

test('every role that a ladder of ours can ask has somebody', () => {
  const { leads } = readDirectory(FICTITIOUS);
  const asked = ['england', 'demo'].flatMap((policy) =>
    Object.values(loadPolicy(`policies/${policy}.yaml`).ladders).flatMap((ladder) =>
      ladder.rungs.map((r) => r.ask),
    ),
  );
  for (const role of asked) if (role !== 'accountable') expect(Object.keys(leads)).toContain(role);
});

test.each([
  ['an unknown field', (d) => Object.assign(d.people[0]!, { phone: '1' }), 'Unrecognized key: "phone"'],
  ['a role that does not exist', (d) => d.people[0]!.roles.push('chaplain' as never), 'people.0.roles.1'],
  ['an id twice', (d) => d.people.push(d.people[0]!), '"desk-1" is there twice'],
  ['the id of the software', (d) => (d.people[0]!.id = 'imaging-failsafe'), 'reserved'],
  ['a bad address', (d) => (d.people[0]!.email = 'a b@c\nBcc: x@y.org'), 'not a mail address'],
  ['a lead who is nobody', (d) => (d.leads.desk = 'ghost'), '"ghost" is not among the people'],
  ['a lead without the role', (d) => (d.leads.desk = 'gp-1'), 'give "gp-1" the role "desk"'],
  ['a lead without an address', (d) => (d.leads.gp = 'gp-2'), '"gp-2" needs an email'],
] as [string, (directory: DirectoryFile) => void, string][])(
  '%s is refused, with its line',
  (_, change, message) => {
    const found = defects(change);
    expect(found.join('\n')).toContain(message);
    for (const line of found) expect(line).toMatch(/^line \d+: /);
  },
);

test('each role needs a lead', () => {
  for (const role of LEAD_ROLES.filter((key) => key !== 'on-call-engineer'))
    expect(defects((d) => void delete (d.leads as Partial<typeof d.leads>)[role]).join()).toContain(
      `leads.${role}`,
    );
});

test.each([
  ['broken YAML', 'people: [', /line 1: /],
  ['an empty file', '', /the file/],
])('%s is a plain error', (_, content, message) => {
  expect(() => parseDirectory(content, 'x.yaml')).toThrow(message);
});

test('a file that is not there is a plain error', () => {
  expect(() => readDirectory('nowhere.yaml')).toThrow(DirectoryFileError);
});
