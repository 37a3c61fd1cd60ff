import { describe, expect, it } from 'vitest';
import {
  draftOf,
  EMPTY_DRAFT,
  readDraft,
  serverName,
  type ServerDraft,
} from '#renderer/features/relay-servers/server-draft.ts';

const read = (draft: Partial<ServerDraft>) => readDraft({ ...EMPTY_DRAFT, ...draft });

describe('the form for a server', () => {
  it.each([
    ['relay', { host: 'relay' }],
    [' root@relay.example.org:2222 ', { host: 'relay.example.org', user: 'root', port: 2222 }],
    ['ssh://ada@relay.example.org/', { host: 'relay.example.org', user: 'ada' }],
    ['[2001:db8::7]:2222', { host: '2001:db8::7', port: 2222 }],
    ['2001:db8::7', { host: '2001:db8::7' }],
  ])('reads %j', (host, server) => {
    expect(read({ host })).toEqual({ server, problems: new Map() });
  });

  it('prefers its own fields to what the first one names', () => {
    const { server } = read({ host: 'ada@relay:22', user: 'root', port: '2222', login: 'key', keyFile: '~/.ssh/id' });
    expect(server).toEqual({ host: 'relay', user: 'root', port: 2222, login: { method: 'key', file: '~/.ssh/id' } });
    expect(readDraft(draftOf(server)).server).toEqual(server);
    expect(serverName(server)).toBe('root@relay:2222');
  });

  it.each([
    [{ host: '' }, 'host', 'empty'],
    [{ host: '-oProxyCommand=x' }, 'host', 'invalid'],
    [{ host: 'a b' }, 'host', 'invalid'],
    [{ host: '-x@relay' }, 'host', 'invalid'],
    [{ host: 'relay:70000' }, 'host', 'invalid'],
    [{ host: 'relay', user: '-x' }, 'user', 'invalid'],
    [{ host: 'relay', port: '0' }, 'port', 'invalid'],
    [{ host: 'relay', relayPort: '7e3' }, 'relayPort', 'invalid'],
    [{ host: 'relay', address: 'a/b' }, 'address', 'invalid'],
    [{ host: 'relay', login: 'key', keyFile: 'id_ed25519' }, 'keyFile', 'invalid'],
  ] as const)('rejects %j', (draft, field, problem) => {
    expect([...read(draft).problems]).toEqual([[field, problem]]);
  });
});
