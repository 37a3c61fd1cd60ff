import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = new URL('../../../../', import.meta.url).pathname;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawreach-lint-'));
  writeFileSync(
    join(folder, 'lint.json'),
    JSON.stringify({
      jsPlugins: [join(ROOT, 'scripts/lint/bare-text.js')],
      categories: { correctness: 'off' },
      rules: { 'texts/bare-text': 'error' },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines at which lint finds bare text. */
function findings(source: string): readonly number[] {
  const file = join(folder, 'page.tsx');
  writeFileSync(file, source);
  let told: string;
  try {
    told = execFileSync(
      join(ROOT, 'node_modules/.bin/oxlint'),
      ['--config', join(folder, 'lint.json'), '--format', 'json', file],
      { encoding: 'utf8', cwd: folder },
    );
  } catch (error) {
    told = (error as Readonly<{ stdout: string }>).stdout;
  }
  const { diagnostics } = JSON.parse(told) as Readonly<{
    diagnostics: readonly Readonly<{ labels: readonly Readonly<{ span: Readonly<{ line: number }> }>[] }>[];
  }>;
  return diagnostics.map(({ labels }) => labels[0]?.span.line ?? 0).toSorted((one, other) => one - other);
}

test('bare text between tags, in what is read aloud and in labels is found', () => {
  const source = [
    'const a = <p>Hello</p>;',
    "const b = <p>{'Hello'}</p>;",
    'const c = <p>{on ? `Hello ${name}` : 1}</p>;',
    'const d = <button aria-label="Close" />;',
    "const e = <Field hint={long ? 'Too long' : undefined} />;",
    "const f = { label: 'Open', value: 'open' };",
    "const g = <p>{name ?? 'nobody'}</p>;",
  ];
  expect(findings(source.join('\n'))).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('texts of the catalogue, signs, names of classes and values of the program are left alone', () => {
  const source = [
    "const a = <p>{text('peers.title')}</p>;",
    "const b = <p className='big' data-kind='x'> · {name}: ↔ 12 %</p>;",
    "const c = { kind: 'open', value: 'office', label: text('a.b') };",
    "const d = <p>{kind === 'open' && <Chip tone='good' />}</p>;",
    "const e = { description: 'long' as const };",
    'const f = <TextInput placeholder={EXAMPLE} />;',
  ];
  expect(findings(source.join('\n'))).toEqual([]);
});
