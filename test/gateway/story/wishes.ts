import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { RawClient, type Json } from '#test/support/gateway/index.ts';

/** What agents of a gateway ask for, by a helper of the gateway's own machine that has all rights. */
export class GatewayAgent {
  readonly #url: string;
  readonly #token: string;

  constructor(place: Readonly<{ url: string; token: string }>) {
    this.#url = place.url;
    this.#token = place.token;
  }

  /** Lets a node run a program; what that printed. @throws what the gateway said */
  async run(nodeId: string, command: readonly string[]): Promise<string> {
    const params = { command, suppressNotifyOnExit: true, runId: randomUUID() };
    const call = { nodeId, command: 'system.run', params, timeoutMs: 120_000, idempotencyKey: randomUUID() };
    const { payload } = z
      .object({ payload: z.object({ stdout: z.string() }) })
      .parse(await this.#ask('node.invoke', call));
    return payload.stdout;
  }

  /** Asks whether a command may run on the gateway's machine; what was decided. */
  async mayRun(command: string): Promise<unknown> {
    const answer = await this.#ask('exec.approval.request', {
      command,
      host: 'gateway',
      cwd: '/tmp',
      timeoutMs: 120_000,
    });
    return answer['decision'];
  }

  /** A plugin asks whether it may do something; what was decided. */
  async mayDo(title: string, description: string): Promise<unknown> {
    const wish = { title, description, pluginId: 'mail', timeoutMs: 120_000 };
    return (await this.#ask('plugin.approval.request', wish))['decision'];
  }

  async #ask(method: string, params: Json): Promise<Json> {
    const { client } = await RawClient.connect(this.#url, {
      role: 'operator',
      client: { mode: 'backend' },
      auth: { token: this.#token },
      scopes: ['operator.admin'],
    });
    try {
      const answer = await client.request(method, params);
      if (!answer.ok) throw new Error(JSON.stringify(answer.error));
      return answer.payload;
    } finally {
      await client.close();
    }
  }
}
