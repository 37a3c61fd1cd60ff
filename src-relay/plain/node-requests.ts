import { randomUUID } from 'node:crypto';
import type { Timer } from '#shared/clock.ts';
import { PlatformError, type NodeEvent, type NodeRequest } from '#shared/platform/index.ts';
import type { RouteEvents } from '../platform/index.ts';
import type { Connector } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { encodeNodeRequest, splitToken, type NodeMessage } from './node-messages.ts';

/** Memory of an event besides its texts, in characters: many small ones cost more than their texts. */
const EVENT_COST = 128;

/** Account that sent a request, and its sign-in. */
export type Requester = Readonly<{ account: string; signIn: string }>;

/** Request whose answer isn't complete. */
class PendingRequest {
  readonly node: Connector;
  readonly requester: Requester;
  readonly #request: NodeRequest;
  readonly #context: PlainContext;
  /** Events that the reader hasn't taken yet, and their size. */
  readonly #queue: Readonly<{ event: NodeEvent; size: number }>[] = [];
  #queued = 0;
  #total = 0;
  #isOver = false;
  #wake: (() => void) | undefined;
  #timer: Timer;

  constructor(node: Connector, requester: Requester, request: NodeRequest, context: PlainContext) {
    this.node = node;
    this.requester = requester;
    this.#request = request;
    this.#context = context;
    this.#timer = this.#listen();
  }

  /** Adds an event of the node. Ignored after the last one. */
  add(event: NodeEvent): void {
    if (this.#isOver) return;
    this.#timer.cancel();
    this.#timer = this.#listen();
    const { nodeAnswer, nodeQueue } = this.#context.limits;
    for (const part of event.type === 'token' ? splitToken(event.content) : [event]) {
      const size = sizeOf(part);
      this.#total += part.type === 'token' ? part.content.length : size;
      if (this.#total > nodeAnswer) this.end('too-large', 'The answer is too long.');
      else if (this.#queued + size > nodeQueue) this.end('too-large', 'The answer came faster than it was read.');
      else this.#push(part, size);
    }
    // The document's answer to `status` is a heartbeat, which nothing follows.
    if (event.type === 'status' && this.#request.type === 'status') this.#push({ type: 'done' });
  }

  /** Ends the request with an error of the relay. */
  end(reason: Extract<NodeEvent, { type: 'error' }>['reason'], message: string): void {
    this.#push({ type: 'error', reason, message });
  }

  /** Sends events until the last one was sent or the reader has gone. */
  async run(stream: RouteEvents<NodeEvent>): Promise<void> {
    const stop = (): void => this.#wake?.();
    stream.signal.addEventListener('abort', stop, { once: true });
    try {
      while (!stream.signal.aborted) {
        const next = this.#queue.shift();
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else {
          const { event, size } = next;
          this.#queued -= size;
          if (!(await stream.send(event)) || event.type === 'done' || event.type === 'error') return;
        }
      }
    } finally {
      stream.signal.removeEventListener('abort', stop);
      this.#timer.cancel();
    }
  }

  #push(event: NodeEvent, size = sizeOf(event)): void {
    if (this.#isOver) return;
    this.#isOver = event.type === 'done' || event.type === 'error';
    if (this.#isOver) this.#timer.cancel();
    this.#queue.push({ event, size });
    this.#queued += size;
    this.#wake?.();
  }

  #listen(): Timer {
    return this.#context.clock.setTimer(this.#context.limits.nodeSilence, () =>
      this.end('timeout', 'The node did not answer in time.'),
    );
  }
}

/** Returns the memory that an event takes while no one has read it, in characters, of whatever kind it is. */
function sizeOf(event: NodeEvent): number {
  return JSON.stringify(event).length + EVENT_COST;
}

/** Requests to OpenClaw nodes that wait for their answers. Created by `startPlainProtocol`. Keeps no content but what its reader hasn't taken yet. */
export class NodeRequests {
  readonly #context: PlainContext;
  readonly #pending = new Map<string, PendingRequest>();

  constructor(context: PlainContext) {
    this.#context = context;
  }

  /**
   * Admits a request, and returns the function that sends it and streams the answer.
   * @throws {PlatformError} `platform.limit`
   */
  begin(
    node: Connector,
    requester: Requester,
    request: NodeRequest,
  ): (stream: RouteEvents<NodeEvent>) => Promise<void> {
    const { requestsPerNode, requestsPerAccount } = this.#context.limits;
    const all = [...this.#pending.values()];
    if (
      all.filter((pending) => pending.node === node).length >= requestsPerNode ||
      all.filter((pending) => pending.requester.account === requester.account).length >= requestsPerAccount
    ) {
      throw new PlatformError('platform.limit', 'too many requests at the same time', { retryAfter: 5000 });
    }
    return async (stream) => {
      const id = randomUUID();
      const pending = new PendingRequest(node, requester, request, this.#context);
      this.#pending.set(id, pending);
      try {
        if (!node.send(encodeNodeRequest(request, id, node.nodeForm))) pending.end('offline', 'The node is offline.');
        await pending.run(stream);
      } finally {
        this.#pending.delete(id);
      }
    };
  }

  /** Handles a message of a node. An answer to a request that this node didn't get is dropped. */
  fromNode(node: Connector, message: NodeMessage): void {
    node.nodeForm = message.form;
    if (message.type === 'heartbeat') return;
    const pending = this.#pending.get(message.request);
    if (pending?.node === node) pending.add(message.event);
  }

  /** Fails the requests of a node that has gone. */
  disconnected(node: Connector): void {
    for (const pending of this.#pending.values()) {
      if (pending.node === node) pending.end('offline', 'The node has disconnected.');
    }
  }

  /** Lists who waits for which device. */
  waiting(): Readonly<{ requester: Requester; device: string }>[] {
    return [...this.#pending.values()].map(({ requester, node }) => ({ requester, device: node.device.id }));
  }

  /** Fails the requests of an account to a device, to which it has lost access. */
  endAccess(requester: Requester, device: string): void {
    for (const pending of this.#pending.values()) {
      if (pending.requester.signIn === requester.signIn && pending.node.device.id === device) {
        pending.end('offline', 'Your access to the node has ended.');
      }
    }
  }
}
