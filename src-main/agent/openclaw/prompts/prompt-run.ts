import * as z from 'zod';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { MAX_ANSWER_CHARACTERS, remoteError } from '#shared/openclaw/prompts/index.ts';
import type { GatewayChannel, Gateways } from '../gateways/index.ts';
import { GATEWAY_PATIENCE, MOST_WORDS } from './limits.ts';

export type PromptRequest = Readonly<{
  /** Id of the gateway. */
  gateway: string;
  prompt: string;
  /** Key of the session there; the main one unless it is given. */
  session?: string | undefined;
  /** New for each prompt: the gateway's name for the run. */
  runId: string;
}>;

export interface AnswerSink {
  token(text: string): void;
  /** What came so far is replaced by this. */
  replace(text: string): void;
}

const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const chatEvent = z.object({
  runId: z.string(),
  state: z.string(),
  deltaText: z.string().optional(),
  replace: z.boolean().optional(),
  message: z.unknown().optional(),
  errorMessage: z.string().optional(),
});
const answerMessage = z.object({ content: z.array(z.unknown()).max(10_000) });
const waited = z.object({
  status: z.string(),
  error: z.unknown().optional(),
  terminalReply: z.object({ text: z.string() }).optional(),
});

type Outcome = 'lost' | 'done';

/** How long a run that was on when the connection was lost may say nothing, ms. */
const SILENCE = 120_000;
const CALL_OFF = 60_000;

/**
 * Has an agent at a gateway answer a prompt. A connection that is lost meanwhile is waited for; what was missed is made good.
 * @returns the whole answer
 * @throws {RemoteError} `remote.run-failed`, `remote.aborted`, `remote.lost`, `remote.too-long`; {GatewayError} no connection, or a refusal;
 *   the signal's reason, after the run was called off at the gateway
 */
export async function runPrompt(
  parts: Readonly<{ gateways: Gateways; clock: Clock }>,
  wish: PromptRequest,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<string> {
  return await new PromptRun(parts, wish, sink, signal).run();
}

class PromptRun {
  readonly #gateways: Gateways;
  readonly #clock: Clock;
  readonly #wish: PromptRequest;
  readonly #sink: AnswerSink;
  readonly #signal: AbortSignal;
  #text = '';
  #sent = false;
  /** It may have arrived. */
  #tried = false;
  /** Events were missed: the next one that has the whole text counts. */
  #missed = false;

  constructor(
    { gateways, clock }: Readonly<{ gateways: Gateways; clock: Clock }>,
    wish: PromptRequest,
    sink: AnswerSink,
    signal: AbortSignal,
  ) {
    this.#gateways = gateways;
    this.#clock = clock;
    this.#wish = wish;
    this.#sink = sink;
    this.#signal = signal;
  }

  async run(): Promise<string> {
    try {
      for (;;) {
        const timeout = this.#sent ? GATEWAY_PATIENCE.again : GATEWAY_PATIENCE.first;
        const channel = await this.#gateways.ready(this.#wish.gateway, 'operator', { timeout, signal: this.#signal });
        if ((await this.#on(channel)) === 'done') return this.#text;
        this.#missed = true;
      }
    } catch (error) {
      if (this.#tried && (this.#signal.aborted || errorCode(error) === 'remote.too-long')) void this.#callOff();
      this.#signal.throwIfAborted();
      throw error;
    }
  }

  get #session(): string {
    return this.#wish.session ?? 'main';
  }

  /** Until the answer is complete, or this connection is over. */
  async #on(channel: GatewayChannel): Promise<Outcome> {
    const end = new AbortController();
    let silence: Timer | undefined;
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        const fail = (error: unknown): void => reject(error instanceof Error ? error : new Error(String(error)));
        channel.closed.addEventListener('abort', () => resolve('lost'), { signal: end.signal });
        this.#signal.addEventListener('abort', () => fail(this.#signal.reason), { signal: end.signal });
        const offEvent = channel.onEvent((event, payload) => {
          if (event !== 'chat') return;
          try {
            const done = this.#take(payload, () => silence?.cancel());
            if (done) resolve('done');
          } catch (error) {
            fail(error);
          }
        });
        const offGap = channel.onGap(() => {
          this.#missed = true;
        });
        end.signal.addEventListener('abort', () => {
          offEvent();
          offGap();
        });
        if (this.#signal.aborted) fail(this.#signal.reason);
        else if (channel.closed.aborted) resolve('lost');
        else if (!this.#sent) this.#send(channel).then((lost) => lost && resolve('lost'), fail);
        else {
          silence = this.#clock.setTimer(SILENCE, () =>
            fail(remoteError('remote.lost', 'nothing was heard of the run again')),
          );
          this.#ask(channel, end.signal).then((done) => done && resolve('done'), fail);
        }
      });
    } finally {
      silence?.cancel();
      end.abort();
    }
  }

  /** @returns whether the connection was lost: then it is sent again under the same id, which starts nothing twice */
  async #send(channel: GatewayChannel): Promise<boolean> {
    const { prompt, runId } = this.#wish;
    this.#tried = true;
    try {
      await channel.request('chat.send', { sessionKey: this.#session, message: prompt, idempotencyKey: runId });
      this.#sent = true;
      return false;
    } catch (error) {
      if (errorCode(error) === 'gateway.lost' || channel.closed.aborted) return true;
      if (errorCode(error) === 'gateway.timeout') this.#sent = true;
      throw error;
    }
  }

  /** What has become of the run meanwhile, where the gateway can tell. @returns whether it is complete */
  async #ask(channel: GatewayChannel, signal: AbortSignal): Promise<boolean> {
    const { runId } = this.#wish;
    let found: z.infer<typeof waited>;
    try {
      const params = { runId, timeoutMs: SILENCE };
      found = waited.parse(await channel.request('agent.wait', params, { signal, timeout: null }));
    } catch {
      // Events may still tell.
      return false;
    }
    if (found.status === 'error')
      throw remoteError('remote.run-failed', 'the run failed', { message: 'the run failed' });
    if (found.status !== 'ok' || found.terminalReply === undefined) return false;
    this.#become(found.terminalReply.text);
    return true;
  }

  /** @returns whether that was the end */
  #take(payload: unknown, heard: () => void): boolean {
    const parsed = chatEvent.safeParse(payload);
    if (!parsed.success || parsed.data.runId !== this.#wish.runId) return false;
    // An answer of the gateway that comes later than its first event.
    this.#sent = true;
    heard();
    const { state, deltaText = '', replace, message, errorMessage = '' } = parsed.data;
    switch (state) {
      case 'delta': {
        const whole = this.#missed || replace === true ? textOf(message) : undefined;
        if (whole !== undefined) this.#become(whole);
        else if (replace === true) this.#become(deltaText);
        else this.#add(deltaText);
        this.#missed = false;
        return false;
      }
      case 'final': {
        const whole = textOf(message);
        if (whole !== undefined && whole.trim() !== this.#text.trim()) this.#become(whole);
        return true;
      }
      case 'aborted':
        throw remoteError('remote.aborted', 'the run was called off at the gateway');
      case 'error': {
        const said = cleanDetail(errorMessage, MOST_WORDS);
        throw remoteError('remote.run-failed', 'the run failed', { message: said });
      }
      default:
        return false;
    }
  }

  #become(whole: string): void {
    if (whole === this.#text) return;
    if (whole.startsWith(this.#text)) {
      this.#add(whole.slice(this.#text.length));
      return;
    }
    this.#text = whole;
    this.#check();
    this.#sink.replace(whole);
  }

  #add(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#check();
    this.#sink.token(text);
  }

  #check(): void {
    if (this.#text.length > MAX_ANSWER_CHARACTERS) throw remoteError('remote.too-long', 'the answer is too long');
  }

  /** Nobody waits any more: the agent there need not go on. */
  async #callOff(): Promise<void> {
    const { gateway, runId } = this.#wish;
    try {
      const signal = new AbortController().signal;
      const channel = await this.#gateways.ready(gateway, 'operator', { timeout: CALL_OFF, signal });
      await channel.request('chat.abort', { sessionKey: this.#session, runId });
    } catch {
      // Then it goes on there, unheard.
    }
  }
}

function textOf(message: unknown): string | undefined {
  const parsed = answerMessage.safeParse(message);
  if (!parsed.success) return undefined;
  const texts = parsed.data.content.flatMap((block) => {
    const found = textBlock.safeParse(block);
    return found.success ? [found.data.text] : [];
  });
  return texts.length === 0 ? undefined : texts.join('');
}
