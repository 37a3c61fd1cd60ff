import { randomBytes } from 'node:crypto';
import type { CDPSession, Page } from 'playwright-core';

/** Forms in which bytes can lie in the memory of scripts. Those of texts come first. */
export const FORMS = ['latin1', 'hex', 'base64', 'decimal', 'numbers'] as const;
export type Form = (typeof FORMS)[number];

/** Answer of `Runtime.evaluate` and `Runtime.callFunctionOn`. */
type Evaluated = Readonly<{
  result: Readonly<{ value?: unknown; objectId?: string }>;
  exceptionDetails?: Readonly<{ text: string }>;
}>;

/** What hides a secret on its way into a thread, so that the search itself doesn't leave it there. */
const MASK = 0x5a;

/** One thread of a page, with a heap of its own: the page itself, or a worker. */
export class PageThread {
  readonly name: string;
  readonly #send: (method: string, params: object) => Promise<unknown>;
  readonly #chunks: readonly string[];

  private constructor(
    name: string,
    send: (method: string, params: object) => Promise<unknown>,
    chunks: readonly string[],
  ) {
    this.name = name;
    this.#send = send;
    this.#chunks = chunks;
  }

  /** The thread of a page, and those of its workers. */
  static async all(page: Page): Promise<readonly PageThread[]> {
    const session = await page.context().newCDPSession(page);
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
    const threads = [
      new PageThread('page', async (method, params) => await session.send(method as never, params as never), chunks),
    ];
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') threads.push(PageThread.#ofWorker(session, sessionId));
    });
    // Without `flatten` the messages of a worker come through the session of its page.
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return threads;
  }

  static #ofWorker(session: CDPSession, sessionId: string): PageThread {
    const pending = new Map<number, PromiseWithResolvers<unknown>>();
    const chunks: string[] = [];
    let last = 0;
    session.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return;
      const message = JSON.parse(event.message) as Readonly<{
        id?: number;
        method?: string;
        params?: Readonly<{ chunk?: string }>;
        result?: unknown;
        error?: Readonly<{ message: string }>;
      }>;
      if (message.method === 'HeapProfiler.addHeapSnapshotChunk') chunks.push(message.params?.chunk ?? '');
      const call = message.id === undefined ? undefined : pending.get(message.id);
      if (message.error === undefined) call?.resolve(message.result);
      else call?.reject(new Error(message.error.message));
    });
    const send = async (method: string, params: object): Promise<unknown> => {
      last += 1;
      const call = Promise.withResolvers<unknown>();
      pending.set(last, call);
      await session.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id: last, method, params }),
      });
      return await call.promise;
    };
    return new PageThread('worker', send, chunks);
  }

  /**
   * Looks for secrets in what scripts of this thread can reach, except in buffers: V8 shows neither them nor their content. One snapshot of the heap
   * serves all, since it takes seconds.
   * @param secrets by name, without zeros, which snapshots replace
   * @returns forms in which each lies there
   */
  async find<Name extends string>(
    secrets: Readonly<Record<Name, Uint8Array>>,
  ): Promise<Readonly<Record<Name, readonly Form[]>>> {
    const all = Object.entries<Uint8Array>(secrets);
    const inArrays = await this.#inArrays(all.map(([, secret]) => secret));
    const texts = await this.#texts();
    const formsOf = (secret: Uint8Array, isInArray: boolean): readonly Form[] =>
      FORMS.filter((form) =>
        form === 'numbers' ? isInArray : textsOf(form, secret).some((text) => texts.some((one) => one.includes(text))),
      );
    return Object.fromEntries(
      all.map(([name, secret], index) => [name, formsOf(secret, inArrays[index] === true)]),
    ) as Record<Name, readonly Form[]>;
  }

  /** Keeps a new secret in this thread, in one form. @returns the secret */
  async keep(form: Form): Promise<Uint8Array> {
    const secret = newSecret();
    await this.#evaluate(`(() => {
      const bytes = ${JSON.stringify([...masked(secret)])}.map((byte) => byte ^ ${MASK});
      const latin1 = String.fromCharCode(...bytes);
      const forms = {
        latin1: () => ({ latin1 }),
        hex: () => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        // As in PKCS 8: behind 16 other bytes.
        base64: () => btoa('sixteen bytes it' + latin1),
        decimal: () => bytes.join(','),
        numbers: () => bytes,
      };
      (globalThis.kept ??= []).push(forms[${JSON.stringify(form)}]());
    })()`);
    return secret;
  }

  /** Texts of a snapshot of the heap, each up to 1024 characters. */
  async #texts(): Promise<readonly string[]> {
    const from = this.#chunks.length;
    await this.#send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    const { strings } = JSON.parse(this.#chunks.slice(from).join('')) as Readonly<{ strings: readonly string[] }>;
    return strings;
  }

  /** Reports which of the secrets lie in an array, which snapshots show without its content. */
  async #inArrays(secrets: readonly Uint8Array[]): Promise<readonly boolean[]> {
    const prototype = await this.#evaluate('Array.prototype', false);
    const { objects } = (await this.#send('Runtime.queryObjects', {
      prototypeObjectId: prototype.objectId,
    })) as Readonly<{
      objects: Readonly<{ objectId: string }>;
    }>;
    const answer = (await this.#send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      returnByValue: true,
      functionDeclaration: `function () {
        const isIn = (secret, values) => {
          for (let at = 0; at + secret.length <= values.length; at += 1) {
            let same = 0;
            while (same < secret.length && (values[at + same] ^ ${MASK}) === secret[same]) same += 1;
            if (same === secret.length) return true;
          }
          return false;
        };
        return ${JSON.stringify(secrets.map((secret) => [...masked(secret)]))}.map((secret) =>
          this.some((values) => isIn(secret, values)));
      }`,
    })) as Evaluated;
    if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.text);
    return answer.result.value as readonly boolean[];
  }

  async #evaluate(expression: string, returnByValue = true): Promise<Evaluated['result']> {
    const { result, exceptionDetails } = (await this.#send('Runtime.evaluate', {
      expression,
      returnByValue,
    })) as Evaluated;
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
    return result;
  }
}

/** 32 random bytes without a zero. */
export function newSecret(): Uint8Array {
  return randomBytes(32).map((byte) => (byte === 0 ? 1 : byte));
}

function masked(secret: Uint8Array): Uint8Array {
  return secret.map((byte) => byte ^ MASK);
}

/** Texts of which one lies in memory if the secret does, in one form. */
function textsOf(form: Form, secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  switch (form) {
    case 'latin1':
      return [bytes.toString('latin1')];
    case 'hex':
      return [bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
    case 'base64':
      // Wherever it begins within a group of three bytes; its first and last characters depend on what is around it.
      return [0, 1, 2].flatMap((offset) => {
        const within = bytes.subarray((3 - offset) % 3);
        const whole = within.subarray(0, within.length - (within.length % 3));
        return [whole.toString('base64'), whole.toString('base64url')];
      });
    case 'decimal':
      return [bytes.join(','), bytes.join(', ')];
    case 'numbers':
      return [];
  }
}
