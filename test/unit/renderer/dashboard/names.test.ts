import { describe, expect, it } from 'vitest';
import { deviceName, knownName } from '#renderer/dashboard/devices/device-name.ts';
import { projectName } from '#renderer/dashboard/formats/index.ts';

const OFFICE = 'HJKMNPQRST'.padEnd(56, '7');
const BROWSER = 'T05KE5QQRF'.padEnd(56, '7');
const KNOWN = {
  own: BROWSER,
  paired: new Map([[OFFICE, 'office']]),
  forgotten: new Set<string>(),
  people: new Map([['ada', 'Ada']]),
};

describe('the name of a device', () => {
  it.each([
    ['this browser, whatever its label is', { id: BROWSER, label: 'office', account: 'ada' }, 'This browser'],
    ['its label', { id: OFFICE, label: 'Attic', account: null }, 'Attic'],
    ['that of the machine that this browser is paired with', { id: OFFICE, label: null }, 'office'],
    ['a browser with its person', { id: 'X', label: 'Chrome on Linux', account: 'ada' }, 'Chrome on Linux · Ada'],
    [
      'a browser that named itself in German',
      { id: 'X', label: 'Firefox auf Windows', account: 'ada' },
      'Firefox on Windows · Ada',
    ],
    [
      'a browser that named itself in Chinese',
      { id: 'X', label: 'Edge（macOS）', account: 'ada' },
      'Edge on macOS · Ada',
    ],
    [
      'a browser with a name of its person',
      { id: 'X', label: 'Laptop auf Reisen', account: 'ada' },
      'Laptop auf Reisen · Ada',
    ],
    ['a machine that has a browser’s name', { id: 'X', label: 'Chrome auf Linux', account: null }, 'Chrome auf Linux'],
    ['a browser of a person who left', { id: 'X', label: 'Chrome on Linux', account: 'bea' }, 'Chrome on Linux'],
  ])('is %s', (_, device, name) => {
    expect(knownName(device, KNOWN)).toBe(name);
  });

  it('is the beginning of its ID where it has none', () => {
    const device = { id: OFFICE, label: null };
    expect(knownName(device, { ...KNOWN, paired: new Map() })).toBeUndefined();
    expect(deviceName(device)).toBe('HJKMN-PQRST…');
  });
});

describe('the name of a project', () => {
  it('is that of its owner until it has one', () => {
    expect(projectName({ name: 'Home', owner: { name: 'Ada' } })).toBe('Home');
    expect(projectName({ name: '', owner: { name: 'Ada' } })).toBe('Project of Ada');
    expect(projectName({ name: '', owner: null })).toBe('Unnamed project');
  });
});
