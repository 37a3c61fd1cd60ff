import { expect, it } from 'vitest';
import { OpenedPrograms } from '../../../../../src-main/agent/terminals/client/opened-programs.ts';

it('names what a terminal runs, also when it is attached to again, and nothing that it does not know', () => {
  const programs = new OpenedPrograms();
  expect(programs.of('t1', { command: ['/usr/bin/htop', '-d', '5'] })).toEqual({ program: '/usr/bin/htop -d 5' });
  expect(programs.of('t2', { shell: 'C:\\Program Files\\PowerShell\\pwsh.exe', directory: 'C:\\work' })).toEqual({
    program: 'pwsh.exe',
    folder: 'C:\\work',
  });
  expect(programs.of('t3', {})).toEqual({ program: '' });
  programs.learn('t3', { program: 'zsh', folder: '/home/mira' });
  expect(programs.of('t1', { terminal: 't1' })).toEqual({ program: '/usr/bin/htop -d 5' });
  expect(programs.of('t3', { terminal: 't3' })).toEqual({ program: 'zsh', folder: '/home/mira' });
  expect(programs.of('t9', { terminal: 't9' })).toEqual({ program: '' });
});

it('remembers a limited number of terminals', () => {
  const programs = new OpenedPrograms();
  for (let count = 0; count <= 512; count += 1) programs.of(`t${count}`, { command: [`program${count}`] });
  expect(programs.of('t0', { terminal: 't0' }).program).toBe('');
  expect(programs.of('t1', { terminal: 't1' }).program).toBe('program1');
  expect(programs.of('t512', { terminal: 't512' }).program).toBe('program512');
});
