import { expect, it } from 'vitest';
import { linuxName, machineFacts } from '#node/system/index.ts';

it.each([
  ['PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\n', 'Ubuntu 24.04'],
  ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"', 'Debian 12'],
  ["NAME=Fedora\nVERSION_ID='41'", 'Fedora 41'],
  ['NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"', 'Arch Linux'],
  ['PRETTY_NAME="Something"', 'Something'],
  ['', undefined],
])('a Linux is named as people call it', (text, name) => {
  expect(linuxName(text)).toBe(name);
});

it('this machine has a system and a time since its start', () => {
  const { os, up } = machineFacts();
  expect(os).toMatch(/\w/);
  expect(Number.isInteger(up) && up > 0).toBe(true);
});
