import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../src/local/paths';

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { runbook: string } }[] }[];
}

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const rules = (parse(read('docker/observability/rules.yaml')) as Rules).groups.flatMap((g) => g.rules);
const runbooks = read('docs/RUNBOOKS.md');
const sections = [...runbooks.matchAll(/^## (.+)$/gm)].map(([, title]) =>
  title!.toLowerCase().replaceAll(' ', '-'),
);

test('every alert names a runbook that exists, with what it means, what to look at and what to do', () => {
  expect(rules.length).toBeGreaterThan(10);
  for (const { alert, annotations } of rules) {
    expect({ alert, there: sections.includes(annotations.runbook) }).toEqual({ alert, there: true });
    const at = runbooks.split(/^## /m)[sections.indexOf(annotations.runbook) + 1]!;
    for (const part of ['For patients:', 'Look at:', 'Do:']) expect(at).toContain(`**${part}**`);
  }
});

test('every runbook but the last belongs to an alert', () => {
  expect(sections.slice(0, -1).sort()).toEqual(rules.map((rule) => rule.annotations.runbook).sort());
});
