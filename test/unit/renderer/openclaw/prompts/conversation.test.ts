import {
  AppApiClient,
  AppApiError,
  AppApiServer,
  createTransportPair,
  type AppHandlers,
  type RemoteView,
} from '#shared/app-api/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { settle } from '#test/support/fake-clock.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { wholeAnswer } from '../../../../../src-renderer/features/openclaw/prompts/answer.ts';
import {
  PromptConversation,
  MOST_EXCHANGES,
  type Exchange,
} from '../../../../../src-renderer/features/openclaw/prompts/conversation.ts';
import { commandOf, type PromptRecipient } from '../../../../../src-renderer/features/openclaw/prompts/recipient.ts';

const REMOTE: RemoteView = {
  id: 'r1',
  name: 'build agent',
  peer: 'P1',
  peerName: 'build-server',
  gateway: 'home',
  heartbeat: null,
  heardAt: null,
  problem: null,
};
const TARGET: PromptRecipient = { kind: 'remote', remote: REMOTE };

const servers: AppApiServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function connect(handlers: Partial<AppHandlers>): AppApiClient {
  const [window, agent] = createTransportPair();
  const server = new AppApiServer();
  servers.push(server);
  server.serveConnection(agent, createHandlers(handlers));
  return new AppApiClient(window);
}

/** Draws when the test says so. */
class Frames {
  #work: (() => void)[] = [];
  readonly schedule = (work: () => void): void => void this.#work.push(work);
  get waiting(): number {
    return this.#work.length;
  }
  draw(): void {
    for (const work of this.#work.splice(0)) work();
  }
}

const first = (conversation: PromptConversation): Exchange => {
  const [exchange] = conversation.exchanges();
  if (exchange === undefined) throw new Error('nothing was asked');
  return exchange;
};
const shown = (conversation: PromptConversation): [string, string] => {
  const { state, answer } = first(conversation);
  return [state, wholeAnswer(answer)];
};
const prompt = (text: string) => ({ kind: 'prompt', prompt: text }) as const;

describe('a prompt', () => {
  test('goes where the remote is, and its answer is drawn once a frame, however many tokens come', async () => {
    const frames = new Frames();
    const asked: unknown[] = [];
    const finish = Promise.withResolvers<void>();
    const api = connect({
      'remote.prompt': async (input, { progress }) => {
        asked.push(input);
        for (const text of ['The ', 'build ', 'is ', 'green.']) progress({ kind: 'token', text });
        await finish.promise;
        return { text: 'The build is green.', taskId: null };
      },
    });
    const conversation = new PromptConversation(frames.schedule);
    const done = conversation.send(api, TARGET, prompt('Is it green?'));
    expect(shown(conversation)).toEqual(['waiting', '']);
    await settle();
    expect(frames.waiting).toBe(1);
    frames.draw();
    expect(shown(conversation)).toEqual(['answering', 'The build is green.']);
    finish.resolve();
    await done;
    expect(shown(conversation)).toEqual(['done', 'The build is green.']);
    expect(asked).toEqual([{ target: { peer: 'P1', gateway: 'home' }, prompt: 'Is it green?' }]);
  });

  test('can be replaced by what comes later, and the whole answer counts in the end', async () => {
    const frames = new Frames();
    const api = connect({
      'remote.prompt': async (_input, { progress }) => {
        progress({ kind: 'token', text: 'a first try' });
        progress({ kind: 'replace', text: 'better' });
        progress({ kind: 'token', text: ' words' });
        return { text: 'better words, and all of them', taskId: 't1' };
      },
    });
    const conversation = new PromptConversation(frames.schedule);
    await conversation.send(api, TARGET, prompt('Go'));
    expect(shown(conversation)).toEqual(['done', 'better words, and all of them']);
  });

  test('that fails keeps what has come, with the reason, and can be sent again', async () => {
    let count = 0;
    const api = connect({
      'remote.prompt': async (_input, { progress }) => {
        count += 1;
        if (count > 1) return { text: 'now', taskId: null };
        progress({ kind: 'approval' });
        progress({ kind: 'token', text: 'half of ' });
        throw new AppApiError('link.path-lost', 'gone');
      },
    });
    const conversation = new PromptConversation(new Frames().schedule);
    await conversation.send(api, TARGET, prompt('Go'));
    expect(shown(conversation)).toEqual(['failed', 'half of ']);
    expect(first(conversation).error).toMatchObject({ code: 'link.path-lost' });
    await conversation.send(api, TARGET, first(conversation).request);
    expect(shown(conversation)).toEqual(['done', 'now']);
    expect(conversation.exchanges()).toHaveLength(2);
  });

  test('that is cancelled is called off at the agent, is no error, and keeps what has come', async () => {
    const calledOff = Promise.withResolvers<void>();
    const api = connect({
      'remote.prompt': (_input, { progress, signal }) => {
        progress({ kind: 'token', text: 'half of ' });
        return new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            calledOff.resolve();
            reject(new AppApiError('control.cancelled', 'called off'));
          });
        });
      },
    });
    const conversation = new PromptConversation(new Frames().schedule);
    const done = conversation.send(api, TARGET, prompt('Go'));
    await settle();
    conversation.cancel();
    await done;
    await calledOff.promise;
    expect(shown(conversation)).toEqual(['cancelled', 'half of ']);
    expect(first(conversation).error).toBeUndefined();
    expect(conversation.isRunning).toBe(false);
  });

  test('to a gateway of this device names no peer', async () => {
    const asked: unknown[] = [];
    const api = connect({
      'remote.prompt': async (input) => {
        asked.push(input);
        return { text: '', taskId: null };
      },
    });
    const conversation = new PromptConversation(new Frames().schedule);
    await conversation.send(api, ownTarget('home'), prompt('Go'));
    expect(asked).toEqual([{ target: null, gateway: 'g1', prompt: 'Go' }]);
  });
});

test('one runs at a time, and only the latest are kept', async () => {
  let running = 0;
  const api = connect({
    'remote.workflow': async ({ workflow, params }) => {
      running += 1;
      return { text: `${workflow} ${JSON.stringify(params)}`, taskId: null };
    },
  });
  const conversation = new PromptConversation(new Frames().schedule);
  const workflow = { kind: 'workflow', workflow: 'deploy', params: { branch: 'main' } } as const;
  await Promise.all([conversation.send(api, TARGET, workflow), conversation.send(api, TARGET, workflow)]);
  expect(running).toBe(1);
  expect(shown(conversation)).toEqual(['done', 'deploy {"branch":"main"}']);
  for (let count = 0; count < MOST_EXCHANGES; count += 1) await conversation.send(api, TARGET, workflow);
  expect(conversation.exchanges()).toHaveLength(MOST_EXCHANGES);
  conversation.remove(first(conversation).id);
  expect(conversation.exchanges()).toHaveLength(MOST_EXCHANGES - 1);
});

test('the command that does the same is safe to paste, whatever the name is', () => {
  const at = (peerName: string | null, gateway: string | null): string =>
    commandOf({ kind: 'remote', remote: { ...REMOTE, peerName, gateway } });
  expect(at('attic', null)).toBe('clawreach prompt attic "…"');
  expect(at('-x; rm', null)).toBe('clawreach prompt P1 "…"');
  expect(at(null, 'home')).toBe('clawreach prompt P1 "…" --gateway=home');
  expect(commandOf(ownTarget("it's; rm -rf ~"))).toBe(`clawreach prompt . "…" --gateway='it'\\''s; rm -rf ~'`);
});

function ownTarget(name: string): PromptRecipient {
  const role = {
    state: 'connected',
    since: 0,
    retryAt: null,
    problem: null,
    requestId: null,
    deviceId: 'd',
    scopes: [],
  } as const;
  return {
    kind: 'gateway',
    gateway: {
      id: 'g1',
      settings: {
        name,
        endpoint: { host: 'localhost', port: 18_789, tls: true, path: '/' },
        fingerprint: null,
        operator: { enabled: true, access: 'full' },
        node: { enabled: false, name: 'n', capabilities: [] },
      },
      hasToken: true,
      hasPassword: false,
      operator: { ...role, scopes: [] },
      node: { ...role, state: 'off', scopes: [] },
      surface: { state: 'none', requestId: null, commands: [], waiting: [] },
      certificate: null,
      server: null,
      otherNode: null,
      pendingRequests: 0,
    },
  };
}
