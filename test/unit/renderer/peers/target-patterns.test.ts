import { describe, expect, test } from 'vitest';
import {
  mergeTargets,
  readTarget,
  splitTarget,
} from '../../../../src-renderer/features/peers/rights/target-patterns.ts';
import type { TargetPattern } from '#shared/app-api/index.ts';

const target = (host: string, ports = '80', given: Partial<TargetPattern> = {}): TargetPattern => ({
  kind: 'connect',
  host,
  ports,
  expiresAt: null,
  ...given,
});
const read = (host: string, ports: string, known: readonly TargetPattern[] = []) =>
  readTarget({ kind: 'connect', host, ports }, null, known);

describe('a target that is typed', () => {
  test.each([
    ['db.lan:5432', { host: 'db.lan', ports: '5432' }],
    ['10.0.0.0/8:*', { host: '10.0.0.0/8', ports: '*' }],
    ['[fd00::5]:8000-8100', { host: 'fd00::5', ports: '8000-8100' }],
    ['fd00::5', { host: 'fd00::5', ports: undefined }],
    ['localhost', { host: 'localhost', ports: undefined }],
  ])('%s goes into its fields', (typed, fields) => {
    expect(splitTarget(typed)).toEqual(fields);
  });

  test('is a pattern of the contract', () => {
    expect(read(' [fd00::5] ', ' 8000-8100 ')).toEqual({ pattern: target('fd00::5', '8000-8100') });
    expect(read('*.lan', '*')).toEqual({ pattern: target('*.lan', '*') });
  });

  test.each([
    ['', '80', 'host'],
    ['http://a', '80', 'host'],
    ['a', '', 'ports'],
    ['a', '0', 'ports'],
    ['a', '9-8', 'ports'],
    ['a', '65536', 'ports'],
    ['A', '80', 'known'],
  ])('%j %j is wrong: %s', (host, ports, problem) => {
    expect(read(host, ports, [target('a')])).toEqual({ problem });
  });
});

describe('the targets that are saved', () => {
  test('are those of now, without what was taken away and with what was added', () => {
    const before = [target('a'), target('b')];
    const wanted = [target('b'), target('c')];
    // `d` was allowed under Approvals while the dialog was open.
    expect(mergeTargets([...before, target('d')], before, wanted)).toEqual([target('b'), target('d'), target('c')]);
  });

  test('are another one where a target was taken away and added with another end', () => {
    const later = target('a', '80', { expiresAt: 5 });
    expect(mergeTargets([target('a')], [target('a')], [later])).toEqual([later]);
  });
});
