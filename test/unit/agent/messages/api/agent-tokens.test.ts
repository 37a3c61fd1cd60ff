import { beforeEach, expect, it } from 'vitest';
import { AgentTokens, type TokenFiles } from '#agent/messages/api/agent-tokens.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { TokenFile } from '#shared/message-api/index.ts';

const PIPE = '\\\\.\\pipe\\clawreach-messages-0123456789abcdef0123456789abcdef';

let files: Map<string, TokenFile>;
const store: TokenFiles = {
  pathOf: (agent) => agent,
  list: async () => [...files.keys()],
  read: async (agent) => files.get(agent),
  write: async (file) => void files.set(file.agent, file),
  remove: async (agent) => void files.delete(agent),
};
beforeEach(() => {
  files = new Map();
});

/** Starts the API of an agent that listens there. @returns the token of `coder`, and the tokens */
async function start(
  address: Pick<TokenFile, 'socket' | 'http'>,
): Promise<Readonly<{ token: string; tokens: AgentTokens }>> {
  const tokens = new AgentTokens(crypto, store, silentLogger);
  await tokens.keep(['coder']);
  await tokens.publish(() => address);
  return { token: files.get('coder')?.token ?? '', tokens };
}

it('keep the token of a socket file over a restart', async () => {
  const { token } = await start({ socket: '/home/mira/messages.sock', http: null });
  const { token: next, tokens } = await start({ socket: '/home/mira/messages.sock', http: null });
  expect(next).toBe(token);
  expect(tokens.agentOf(token)).toBe('coder');
});

it('end with a pipe that another user may have taken in between [S-API-5]', async () => {
  expect(await isReplaced({ socket: PIPE, http: null })).toBe(true);
});

it('end with a port that another program may have had in between [S-API-5]', async () => {
  expect(await isReplaced({ socket: '/home/mira/messages.sock', http: 'http://127.0.0.1:4000' })).toBe(true);
});

/** Starts the API there twice. @returns true if the second start takes another token, and not the first one */
async function isReplaced(address: Pick<TokenFile, 'socket' | 'http'>): Promise<boolean> {
  const { token } = await start(address);
  const { token: next, tokens } = await start(address);
  return next !== token && tokens.agentOf(token) === undefined && tokens.agentOf(next) === 'coder';
}
