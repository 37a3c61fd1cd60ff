import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountForSsh, sshConfigText } from '#agent/ssh-config/config-text.ts';
import { assignHostNames, hostNameFor } from '#agent/ssh-config/host-names.ts';

const PEER = 'A'.repeat(56);

describe('the name of a peer for ssh', () => {
  it.each([
    ['office', 'office'],
    ['Büro im Keller', 'buro-im-keller'],
    ['a_b.c', 'a-b-c'],
    ['--x--', 'x'],
    ['x\nProxyCommand touch /tmp/x', 'x-proxycommand-touch-tmp-x'],
    ['*', 'machine'],
    ['办公室', 'machine'],
    ['a'.repeat(64), 'a'.repeat(63)],
  ])('made from %j is %s', (name, wanted) => {
    expect(hostNameFor(name)).toBe(wanted);
  });

  it('never has another character than a-z, 0-9 and dashes within [S-SSH-9]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (name) => {
        expect(hostNameFor(name)).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  it('stays with its peer when another one takes the same name [S-SSH-10]', () => {
    const office = { peerId: 'one', name: 'office' };
    const before = Object.fromEntries(assignHostNames([office], {}));
    expect(before).toEqual({ one: 'office' });
    // Whoever comes first in the list.
    const both = assignHostNames([{ peerId: 'two', name: 'Office!' }, office], before);
    expect(Object.fromEntries(both)).toEqual({ one: 'office', two: 'office-2' });
    // The number stays, too, when the other one has gone.
    const later = assignHostNames([{ peerId: 'two', name: 'Office!' }], Object.fromEntries(both));
    expect(Object.fromEntries(later)).toEqual({ two: 'office-2' });
    const renamed = assignHostNames([{ peerId: 'two', name: 'lab' }], Object.fromEntries(both));
    expect(Object.fromEntries(renamed)).toEqual({ two: 'lab' });
  });
});

describe('the file for ssh', () => {
  const program = {
    words: ["/opt/it's 100%/clawreach"],
    profile: '/home/ada/.config/claw reach',
    platform: 'linux',
  } as const;

  it('names the peer by its ID in the command, and quotes what the shell and ssh would read', () => {
    const text = sshConfigText([{ host: 'office.claw', peer: PEER, name: 'office; reboot', user: 'ada' }], program);
    expect(text).toBe(
      [
        '# ClawReach wrote this file and keeps it current, so changes here are lost.',
        '# To undo it: clawreach ssh-config --remove',
        '',
        'Host office.claw',
        '  User ada',
        `  HostKeyAlias clawreach-${PEER.toLowerCase()}`,
        String.raw`  ProxyCommand '/opt/it'\''s 100%%/clawreach' proxy '--profile=/home/ada/.config/claw reach' ${PEER} %p`,
        '',
      ].join('\n'),
    );
  });

  it('quotes for Windows', () => {
    const windows = {
      words: [String.raw`C:\Program Files\ClawReach\clawreach.exe`],
      profile: String.raw`C:\Users\ada\x`,
    };
    const text = sshConfigText([{ host: 'a.claw', peer: PEER, name: 'a', user: null }], {
      ...windows,
      platform: 'win32',
    });
    expect(text).toContain(
      String.raw`  ProxyCommand "C:\Program Files\ClawReach\clawreach.exe" proxy --profile=C:\Users\ada\x ${PEER} %p`,
    );
  });

  it.each([
    ['ada', 'ada'],
    ['_svc.backup-1', '_svc.backup-1'],
    [String.raw`OFFICE\ada`, null],
    ['-oProxyCommand=x', null],
    ['ada\n  ProxyCommand x', null],
    ['a b', null],
    ['', null],
    [undefined, null],
  ])('takes the account %j as %j [S-SSH-9]', (user, wanted) => {
    expect(accountForSsh(user)).toBe(wanted);
  });
});
