import { expect, it } from 'vitest';
import { MessageApi } from '#agent/messages/api/message-api.ts';
import { MessageChanges } from '#agent/messages/api/message-changes.ts';
import { AgentFiles } from '#agent/messages/agents/agent-files.ts';
import type { LocalAgent } from '#agent/messages/agents/agent-book.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { TokenFile } from '#shared/message-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const CODER: LocalAgent = { name: 'coder', description: '', http: true, files: null, intake: 'hold', deliverer: null };

it('writes no token and opens no address once it is closed', async () => {
  const written: TokenFile[] = [];
  const unused = (): never => {
    throw new Error('not needed');
  };
  const clock = new FakeClock();
  const api = new MessageApi({
    files: {
      tokens: {
        pathOf: (agent) => agent,
        list: async () => [],
        read: async () => undefined,
        write: async (file) => void written.push(file),
        remove: async () => undefined,
      },
      socketPath: '/nowhere/messages.sock',
    },
    crypto,
    clock,
    logger: silentLogger,
    version: '1',
    boxes: {
      inbox: { list: () => [], get: () => undefined, read: unused },
      outbox: { list: () => [], get: () => undefined, read: unused },
      changes: new MessageChanges(),
      send: unused,
      cancel: unused,
      settle: unused,
      acknowledge: unused,
    },
    views: { sent: unused, received: unused },
    agents: () => [CODER],
    directory: {
      ownId: 'a' as PeerId,
      clock,
      ownName: () => 'laptop',
      ownAgents: () => [],
      peers: () => [],
      instances: () => [],
      addresses: { find: unused, shown: unused },
      isReachable: () => false,
      mayAsk: () => false,
      session: unused,
    },
    addressOf: unused,
    addresses: { find: unused },
    agentFiles: new AgentFiles({
      agents: { get: unused, set: unused },
      requireAgent: unused,
      transfers: { current: undefined },
    }),
  });
  await api.sync();
  expect(written).toHaveLength(1);
  await api.close();
  await api.sync();
  await expect(api.renew('coder')).rejects.toMatchObject({ code: 'local-agent.api' });
  expect(written).toHaveLength(1);
});
