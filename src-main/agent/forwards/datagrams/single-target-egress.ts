import { connectUdp, type ConnectedUdp } from '#node/forwarding/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { AllowedTarget } from '../../targets/index.ts';
import type { Deliver, UdpEgress } from './udp-egress.ts';

export type SingleTargetEgressOptions = Readonly<{
  allowed: AllowedTarget;
  formerPort: number;
  deliver: Deliver;
  /** From now on datagrams go to this one of the allowed addresses. */
  onAddress(address: string): void;
}>;

/**
 * All datagrams go to one target, and only what comes from there is heard: the system sees to that. Of several addresses the first one that does
 * not refuse is used.
 */
export class SingleTargetEgress implements UdpEgress {
  readonly #options: SingleTargetEgressOptions;
  readonly #left: string[];
  #socket: ConnectedUdp | undefined;
  #isHeard = false;
  #isClosed = false;
  #moving = false;

  private constructor(options: SingleTargetEgressOptions) {
    this.#options = options;
    this.#left = [...options.allowed.addresses];
  }

  /** @throws {ForwardError} `forward.network-unreachable` when there is no way to any of them */
  static async open(options: SingleTargetEgressOptions): Promise<SingleTargetEgress> {
    const outlet = new SingleTargetEgress(options);
    await outlet.#connect(options.formerPort);
    return outlet;
  }

  /** The port of this machine. */
  get port(): number {
    return this.#socket?.port ?? 0;
  }

  send(bytes: Uint8Array): boolean {
    return this.#socket?.send(bytes) ?? false;
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  async #connect(formerPort: number): Promise<void> {
    const { allowed, onAddress } = this.#options;
    let reason: unknown;
    for (let address = this.#left.shift(); address !== undefined; address = this.#left.shift()) {
      try {
        const socket = await connectUdp(
          { address, port: allowed.port },
          { formerPort, onMessage: this.#receive, onRefused: this.#refused },
        );
        if (this.#isClosed) {
          socket.close();
          // It would be watched for ever.
          return;
        }
        this.#socket = socket;
        onAddress(address);
        return;
      } catch (error) {
        reason = error;
      }
    }
    throw new ForwardError('forward.network-unreachable', `no way there: ${errorMessage(reason)}`, { cause: reason });
  }

  readonly #receive = (bytes: Uint8Array): void => {
    if (this.#isClosed) return;
    this.#isHeard = true;
    this.#options.deliver(bytes);
  };

  /** Nobody listens there: perhaps at the next address. What was sent is lost, as datagrams may be. */
  readonly #refused = (): void => {
    if (this.#isHeard || this.#isClosed || this.#moving || this.#left.length === 0) return;
    this.#moving = true;
    const former = this.#socket;
    const move = async (): Promise<void> => {
      try {
        await this.#connect(0);
        former?.close();
      } catch {
        // It stays where it is.
      } finally {
        this.#moving = false;
      }
    };
    void move();
  };
}
