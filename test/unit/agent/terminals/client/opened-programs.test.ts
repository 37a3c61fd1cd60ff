import { expect, it } from 'vitest';
import { OpenedPrograms } from '../../../../../src-main/agent/terminals/client/opened-programs.ts';

it('names what a terminal runs, also when it is attached to again, and nothing that it does not know', () => {
  const programs = new OpenedPrograms();
  expect(programs.of('t1', { command: ['/usr/bin/htop', '-d', '5'] })).toBe('htop');
  expect(programs.of('t2', { shell: 'C:\\Program Files\\PowerShell\\pwsh.exe' })).toBe('pwsh.exe');
  expect(programs.of('t3', {})).toBe('shell');
  expect(programs.of('t1', { terminal: 't1' })).toBe('htop');
  expect(programs.of('t3', { terminal: 't3' })).toBe('shell');
  expect(programs.of('t9', { terminal: 't9' })).toBe('');
});

it('remembers a limited number of terminals', () => {
  const programs = new OpenedPrograms();
  for (let count = 0; count <= 512; count += 1) programs.of(`t${count}`, { command: [`program${count}`] });
  expect(programs.of('t0', { terminal: 't0' })).toBe('');
  expect(programs.of('t1', { terminal: 't1' })).toBe('program1');
  expect(programs.of('t512', { terminal: 't512' })).toBe('program512');
});
