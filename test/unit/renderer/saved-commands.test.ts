import { describe, expect, it } from 'vitest';
import { lastMachines, machinesToRunOn, rememberMachines } from '#renderer/features/saved-commands/chosen-machines.ts';
import { peerView } from './peers/peer.ts';

function memory(): () => Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return () => storage;
}

describe('the machines of a saved command', () => {
  it('are remembered for each command by its name, regardless of case', () => {
    const storage = memory();
    rememberMachines(storage, 'Deploy', ['A', 'B']);
    rememberMachines(storage, 'uptime', ['C']);
    expect(lastMachines(storage, 'deploy')).toEqual(['A', 'B']);
    rememberMachines(storage, 'deploy', ['B']);
    expect(lastMachines(storage, 'Deploy')).toEqual(['B']);
    expect(lastMachines(storage, 'uptime')).toEqual(['C']);
    expect(lastMachines(storage, 'other')).toEqual([]);
  });

  it('are remembered for the commands that ran last only', () => {
    const storage = memory();
    for (let number = 0; number < 300; number += 1) rememberMachines(storage, `command ${number}`, ['A']);
    expect(lastMachines(storage, 'command 0')).toEqual([]);
    expect(lastMachines(storage, 'command 299')).toEqual(['A']);
  });

  it.each(['null', '{', '[["deploy",[1]]]', '[1]'])('are none where the storage has %s', (stored) => {
    const storage = memory();
    storage().setItem('clawreach.saved-commands', stored);
    expect(lastMachines(storage, 'deploy')).toEqual([]);
  });

  it('are none where the browser stores nothing for pages', () => {
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    expect(() => rememberMachines(denied, 'deploy', ['A'])).not.toThrow();
    expect(lastMachines(denied, 'deploy')).toEqual([]);
  });

  it('are those that run commands, online ones first', () => {
    const peers = [
      peerView({ name: 'off', online: false }),
      peerView({ name: 'b', online: true }),
      peerView({ name: 'a', online: true }),
      peerView({ name: 'blocked', online: true, suspendedSince: 1 }),
      peerView({ name: 'gone', online: true, forgottenAt: 1 }),
    ];
    expect(machinesToRunOn(peers).map(({ name }) => name)).toEqual(['a', 'b', 'off']);
  });
});
