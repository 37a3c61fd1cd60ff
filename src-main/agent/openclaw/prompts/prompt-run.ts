import * as z from 'zod';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { MAX_ANSWER_CHARACTERS, openClawError } from '#shared/openclaw/prompts/index.ts';
import type { GatewayChannel, GatewayDirectory } from '../gateways/index.ts';
import { GATEWAY_PATIENCE, MOST_WORDS } from './limits.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Prompt for an agent at a gateway. */
export type PromptRequest = Readonly<{
  /** ID of the gateway. */
  gateway: string;
  prompt: string;
  /** Key of the session; the main session if omitted. */
  session?: string | undefined;
  /** Idempotency key, new for each prompt; the gateway's ID of the run. */
  runId: string;
  /** True if the gateway has taken the prompt before: only the answer is fetched, and the prompt is never sent. */
  wasTaken?: boolean | undefined;
}>;

/** Receiver of an answer's text as it arrives. */
export interface AnswerSink {
  /** Called once, when the gateway has the prompt. */
  taken?(): void;
  token(text: string): void;
  /** Replaces the text received so far. */
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
/** Answer to `chat.send`. `started`: a new run. */
const sendAnswer = z.object({ status: z.string() });
const answerMessage = z.object({ content: z.array(z.unknown()).max(10_000) });
const waited = z.object({
  status: z.string(),
  error: z.unknown().optional(),
  terminalReply: z.object({ text: z.string() }).optional(),
});

type Outcome = 'lost' | 'done';

/** Longest silence of a run after the connection was lost and is back, ms. */
const SILENCE = 120_000;
const CALL_OFF = 60_000;

/**
 * Sends a prompt to an agent at a gateway and collects the answer. Waits for a lost connection and then catches up. Used for prompts of the person
 * here and of peers.
 * @returns the whole answer
 * @throws {OpenClawError} `remote.run-failed`, `remote.aborted`, `remote.lost`, `remote.too-long`; {GatewayError} no connection, or a rejection; the
 * signal's reason, after the run was cancelled at the gateway
 */
export async function runPrompt(
  parts: Readonly<{ gateways: GatewayDirectory; clock: Clock }>,
  request: PromptRequest,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<string> {
  return await new PromptRun(parts, request, sink, signal).run();
}

class PromptRun {
  readonly #gateways: GatewayDirectory;
  readonly #clock: Clock;
  readonly #request: PromptRequest;
  readonly #sink: AnswerSink;
  readonly #signal: AbortSignal;
  #text = '';
  #sent = false;
  /** The prompt was sent and may have arrived. */
  #wasSent = false;
  /** Events were lost; the next event with the whole text replaces it. */
  #missed = false;

  constructor(
    { gateways, clock }: Readonly<{ gateways: GatewayDirectory; clock: Clock }>,
    request: PromptRequest,
    sink: AnswerSink,
    signal: AbortSignal,
  ) {
    this.#gateways = gateways;
    this.#clock = clock;
    this.#request = request;
    this.#sink = sink;
    this.#signal = signal;
    if (request.wasTaken === true) {
      this.#sent = true;
      this.#wasSent = true;
      this.#missed = true;
    }
  }

  async run(): Promise<string> {
    try {
      for (;;) {
        const timeout = this.#sent ? GATEWAY_PATIENCE.again : GATEWAY_PATIENCE.first;
        const channel = await this.#gateways.ready(this.#request.gateway, 'operator', {
          timeout,
          signal: this.#signal,
        });
        if ((await this.#runOn(channel)) === 'done') return this.#text;
        this.#missed = true;
      }
    } catch (error) {
      if (this.#wasSent && (this.#signal.aborted || errorCode(error) === 'remote.too-long')) void this.#cancel();
      this.#signal.throwIfAborted();
      throw error;
    }
  }

  get #session(): string {
    return this.#request.session ?? 'main';
  }

  /** Runs on one connection, until the answer is complete or the connection ends. */
  async #runOn(channel: GatewayChannel): Promise<Outcome> {
    const end = new AbortController();
    let silence: Timer | undefined;
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        const fail = (error: unknown): void => reject(error instanceof Error ? error : new Error(String(error)));
        channel.closed.addEventListener('abort', () => resolve('lost'), { signal: end.signal });
        this.#signal.addEventListener('abort', () => fail(this.#signal.reason), { signal: end.signal });
        /** Asks for what the gateway has said already, and waits for the rest. */
        const catchUp = (): void => {
          silence = this.#clock.setTimer(SILENCE, () =>
            fail(openClawError('remote.lost', 'the run has sent nothing more')),
          );
          this.#queryState(channel, end.signal).then((done) => done && resolve('done'), fail);
        };
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
        else if (this.#sent) catchUp();
        else
          this.#send(channel).then((sent) => {
            if (sent === 'lost') resolve('lost');
            else if (sent === 'known' && !end.signal.aborted) catchUp();
          }, fail);
      });
    } finally {
      silence?.cancel();
      end.abort();
    }
  }

  /**
   * Sends the prompt.
   * @returns `lost`, the connection was lost, and it is sent again with the same ID, which starts no second run; `known`, the gateway has had this ID
   * before, and perhaps told the end already; `sent`
   */
  async #send(channel: GatewayChannel): Promise<'lost' | 'known' | 'sent'> {
    const { prompt, runId } = this.#request;
    this.#wasSent = true;
    try {
      const params = { sessionKey: this.#session, message: prompt, idempotencyKey: runId };
      const { data } = safeParse(sendAnswer, await channel.request('chat.send', params));
      this.#took();
      if (data === undefined || data.status === 'started') return 'sent';
      this.#missed = true;
      return 'known';
    } catch (error) {
      if (errorCode(error) === 'gateway.lost' || channel.closed.aborted) return 'lost';
      if (errorCode(error) === 'gateway.timeout') this.#sent = true;
      throw error;
    }
  }

  #took(): void {
    if (this.#sent) return;
    this.#sent = true;
    this.#sink.taken?.();
  }

  /** Asks the gateway for the state of the run after a reconnection. @returns whether it is complete */
  async #queryState(channel: GatewayChannel, signal: AbortSignal): Promise<boolean> {
    const { runId } = this.#request;
    let found: z.infer<typeof waited>;
    try {
      const params = { runId, timeoutMs: SILENCE };
      found = waited.parse(await channel.request('agent.wait', params, { signal, timeout: null }));
    } catch {
      // Events may still report the end.
      return false;
    }
    if (found.status === 'error')
      throw openClawError('remote.run-failed', 'the run failed', { message: 'the run failed' });
    if (found.status !== 'ok' || found.terminalReply === undefined) return false;
    this.#become(found.terminalReply.text);
    return true;
  }

  /** Handles an event. @returns whether it was the end of the answer */
  #take(payload: unknown, onReceived: () => void): boolean {
    const parsed = safeParse(chatEvent, payload);
    if (!parsed.success || parsed.data.runId !== this.#request.runId) return false;
    // The gateway's reply can arrive after the first event.
    this.#took();
    onReceived();
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
        throw openClawError('remote.aborted', 'the run was called off at the gateway');
      case 'error': {
        const reason = cleanDetail(errorMessage, MOST_WORDS);
        throw openClawError('remote.run-failed', 'the run failed', { message: reason });
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
    if (this.#text.length > MAX_ANSWER_CHARACTERS) throw openClawError('remote.too-long', 'the answer is too long');
  }

  /** Cancels the run at the gateway. */
  async #cancel(): Promise<void> {
    const { gateway, runId } = this.#request;
    try {
      const signal = new AbortController().signal;
      const channel = await this.#gateways.ready(gateway, 'operator', { timeout: CALL_OFF, signal });
      await channel.request('chat.abort', { sessionKey: this.#session, runId });
    } catch {
      // The run then continues without a listener.
    }
  }
}

function textOf(message: unknown): string | undefined {
  const parsed = safeParse(answerMessage, message);
  if (!parsed.success) return undefined;
  const texts = parsed.data.content.flatMap((block) => {
    const found = safeParse(textBlock, block);
    return found.success ? [found.data.text] : [];
  });
  return texts.length === 0 ? undefined : texts.join('');
}
