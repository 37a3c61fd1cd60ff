import { connectUdp, type ConnectedUdp } from '#node/forwarding/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { AllowedTarget } from '../../targets/index.ts';
import type { Deliver, UdpEgress } from './udp-egress.ts';

/** Options of `SingleTargetEgress`. */
export type SingleTargetEgressOptions = Readonly<{
  allowed: AllowedTarget;
  /** Local port to use again; 0 for any free port. */
  formerPort: number;
  /** Called with each datagram from the target. */
  deliver: Deliver;
  /** Called when datagrams begin to go to one of the allowed addresses. */
  onAddress(address: string): void;
}>;

/**
 * Egress of an association with a fixed target: a connected UDP socket, so that the system drops datagrams from other senders. Uses the first allowed
 * address that does not refuse. `AssociationServer` creates it.
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

  /**
   * Opens the socket.
   * @throws {ForwardError} `forward.network-unreachable` if none of the addresses can be reached
   */
  static async open(options: SingleTargetEgressOptions): Promise<SingleTargetEgress> {
    const egress = new SingleTargetEgress(options);
    await egress.#connect(options.formerPort);
    return egress;
  }

  /** Local port of the socket. */
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
          // Don't call `onAddress`: the caller would watch the address although the association is closed.
          return;
        }
        this.#socket = socket;
        onAddress(address);
        return;
      } catch (error) {
        reason = error;
      }
    }
    throw new ForwardError('forward.network-unreachable', `unreachable: ${errorMessage(reason)}`, { cause: reason });
  }

  readonly #receive = (bytes: Uint8Array): void => {
    if (this.#isClosed) return;
    this.#isHeard = true;
    this.#options.deliver(bytes);
  };

  /** Moves to the next address after an ICMP refusal, unless this one has answered before. Datagrams sent meanwhile are lost. */
  readonly #refused = (): void => {
    if (this.#isHeard || this.#isClosed || this.#moving || this.#left.length === 0) return;
    this.#moving = true;
    const former = this.#socket;
    const move = async (): Promise<void> => {
      try {
        await this.#connect(0);
        former?.close();
      } catch {
        // The egress stays at the former address.
      } finally {
        this.#moving = false;
      }
    };
    void move();
  };
}
