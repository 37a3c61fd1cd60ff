import type { AddRequestView, AppApiClient, ApprovalView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { viewAgent } from '../../control/index.ts';
import { InterruptedError } from '../../errors.ts';
import { formatAdditions } from './addition-format.ts';
import { answerLines, describeRequest, requestLines } from './approval-answer.ts';
import { confirmCommand } from './approval-format.ts';
import type { CommandContext } from '../registry.ts';

const BELL = '\u0007';
const QUESTION = 'Approve this request? [y = yes, n = decline, Enter = leave it waiting]';

/** Error that ends the question about a request which waits no longer: it was answered elsewhere, withdrawn, or its time is over. */
class OverError extends Error {
  override readonly name = 'OverError';
}

/**
 * Shows the requests of peers and browsers as they come, until Ctrl-C, and asks about those of peers if there is someone to ask. Used by
 * `approvals --follow`. In JSON mode prints a line for each.
 * @throws {ClawReachError} `control.lost` if the agent ends
 */
export async function followRequests(context: CommandContext): Promise<void> {
  const { reporter, host, prompter } = context;
  const client = await viewAgent(context);
  const queue = new RequestQueue(client, host.interrupted);
  try {
    await queue.start();
    if (prompter.available) reporter.note('Waiting for requests. Ctrl-C ends this.');
    for (;;) {
      const next = await queue.next();
      if ('browser' in next) {
        reporter.document({ kind: 'adding', state: 'pending', ...next.browser });
        reporter.lines(...formatAdditions([next.browser], host.clock.now(), false));
      } else await showRequest(context, client, queue, next.request);
    }
  } catch (error) {
    // Ctrl-C is the normal end of `--follow`, not a failure.
    if (!(error instanceof InterruptedError)) throw error;
  } finally {
    queue.stop();
  }
}

/** Prints a request, and asks about it if someone is there and may answer it. */
async function showRequest(
  { reporter, host, prompter }: CommandContext,
  client: AppApiClient,
  queue: RequestQueue,
  request: ApprovalView,
): Promise<void> {
  reporter.document(request);
  const { id } = request;
  if (!prompter.available) {
    reporter.lines(...requestLines(request), ...commandLines(request));
    return;
  }
  host.stderr.write(BELL);
  reporter.lines('', ...requestLines(request));
  if (request.uncompared === true) {
    reporter.lines(...commandLines(request));
    return;
  }
  const over = new AbortController();
  const off = queue.onGone(id, () => over.abort(new OverError()));
  try {
    let answer = '?';
    while (!/^(?:y|yes|n|no)?$/i.test(answer))
      answer = await prompter.ask(QUESTION, { fresh: true, signal: over.signal });
    if (answer === '') {
      reporter.note(`It still waits. To decline it: \`clawreach approvals decline ${id}\``);
      return;
    }
    const decision = /^y/i.test(answer) ? 'approve' : 'not-now';
    reporter.lines(...answerLines(await client.call('approvals.decide', { id, decision }), host.clock.now()));
  } catch (error) {
    if (!(error instanceof OverError) && errorCode(error) !== 'approval.unknown') throw error;
    reporter.lines(`${describeRequest(request)}: no longer waiting`);
  } finally {
    off();
  }
}

/** Formats the commands that answer a request, for someone who isn't asked. */
function commandLines(request: ApprovalView): readonly string[] {
  const { id } = request;
  const decline = `    clawreach approvals decline ${id}`;
  return request.uncompared === true
    ? ['Compare the four words first. Until then you can only decline it:', `    ${confirmCommand(request)}`, decline]
    : [`    clawreach approvals approve ${id}`, decline];
}

type Next = Readonly<{ request: ApprovalView } | { browser: AddRequestView }>;

/** Pending requests of an agent in the order in which they came, each once. Subscribes to events of one connection. */
class RequestQueue {
  readonly #client: AppApiClient;
  readonly #interrupted: AbortSignal;
  readonly #seen = new Set<string>();
  readonly #queue: Next[] = [];
  readonly #gone = new Map<number, () => void>();
  readonly #offs: (() => void)[] = [];
  #pending: ReadonlySet<number> = new Set();
  #isLost = false;
  #wake: (() => void) | undefined;

  constructor(client: AppApiClient, interrupted: AbortSignal) {
    this.#client = client;
    this.#interrupted = interrupted;
  }

  /** Takes the requests that wait now, and subscribes to later ones. */
  async start(): Promise<void> {
    const wake = (): void => this.#wake?.();
    this.#offs.push(
      this.#client.on('approvals.changed', (requests) => this.#take(requests)),
      this.#client.on('adding.requested', (browsers) => this.#takeBrowsers(browsers)),
      () => this.#interrupted.removeEventListener('abort', wake),
    );
    this.#interrupted.addEventListener('abort', wake, { once: true });
    void this.#client.closed.then(() => {
      this.#isLost = true;
      wake();
    });
    this.#take(await this.#client.call('approvals.list', { all: false }));
    // An agent of an earlier version has no such requests.
    this.#takeBrowsers(await this.#client.call('adding.requests', {}).catch(() => []));
  }

  stop(): void {
    for (const off of this.#offs) off();
  }

  /**
   * Waits for the next request that is still pending.
   * @throws {InterruptedError}
   * @throws {ClawReachError} `control.lost`
   */
  async next(): Promise<Next> {
    for (;;) {
      if (this.#interrupted.aborted) throw new InterruptedError();
      const next = this.#queue.shift();
      if (next !== undefined) {
        if ('browser' in next || this.#pending.has(next.request.id)) return next;
        continue;
      }
      if (this.#isLost) throw new ClawReachError('control.lost', 'the agent has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Calls back once that request waits no longer. Returns a function that ends this. */
  onGone(id: number, callback: () => void): () => void {
    this.#gone.set(id, callback);
    if (!this.#pending.has(id)) callback();
    return () => void this.#gone.delete(id);
  }

  #take(requests: readonly ApprovalView[]): void {
    const pending = requests.filter(({ state }) => state === 'pending');
    this.#pending = new Set(pending.map(({ id }) => id));
    for (const request of pending) this.#add(`request ${request.id}`, { request });
    for (const [id, callback] of this.#gone) if (!this.#pending.has(id)) callback();
  }

  #takeBrowsers(browsers: readonly AddRequestView[]): void {
    for (const browser of browsers) this.#add(`browser ${browser.peerId}`, { browser });
  }

  #add(key: string, next: Next): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#queue.push(next);
    this.#wake?.();
  }
}
