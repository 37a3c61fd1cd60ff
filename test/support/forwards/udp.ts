import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { connect, type Socket as TcpSocket } from 'node:net';
import { once } from 'node:events';
import { readEndpoint, writeEndpoint, type Target } from '#shared/forward/index.ts';

type Message = Readonly<{ bytes: Buffer; from: RemoteInfo }>;

/** A program with a UDP socket: keeps what comes until it is asked for. */
export class UdpProgram {
  readonly socket: Socket;
  readonly port: number;
  readonly #messages: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.address().port;
    socket.on('message', (bytes, from) => {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#messages.push({ bytes, from });
      else waiting({ bytes, from });
    });
    socket.on('error', () => undefined);
  }

  static async open(host = '127.0.0.1', port = 0): Promise<UdpProgram> {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1024 * 1024 });
    socket.bind(port, host);
    await once(socket, 'listening');
    return new UdpProgram(socket);
  }

  /** One that sends back what it gets. */
  static async echo(host?: string): Promise<UdpProgram> {
    const program = await UdpProgram.open(host);
    program.socket.on('message', (bytes, from) => program.socket.send(bytes, from.port, from.address));
    return program;
  }

  /** What came and was not asked for. */
  get unread(): number {
    return this.#messages.length;
  }

  send(bytes: Uint8Array | string, port: number, host = '127.0.0.1'): void {
    this.socket.send(bytes, port, host);
  }

  next(): Promise<Message> {
    const message = this.#messages.shift();
    return message === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(message);
  }

  /** Sends until something comes back, since datagrams may be lost. */
  async ask(bytes: Uint8Array | string, port: number, host?: string): Promise<Message> {
    this.send(bytes, port, host);
    const again = setInterval(() => this.send(bytes, port, host), 1000);
    try {
      return await this.next();
    } finally {
      clearInterval(again);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.close(() => resolve());
    });
  }
}

/** A program that sends through UDP ASSOCIATE of a proxy (RFC 1928 section 7). */
export class SocksUdpProgram {
  readonly tcp: TcpSocket;
  readonly udp: UdpProgram;
  readonly bound: Target;

  private constructor(tcp: TcpSocket, udp: UdpProgram, bound: Target) {
    this.tcp = tcp;
    this.udp = udp;
    this.bound = bound;
  }

  /** @param named the port it says it will send from; 0: it does not say @throws {Error} with the number of the reply */
  static async associate(proxyPort: number, named?: (udp: UdpProgram) => number): Promise<SocksUdpProgram> {
    const udp = await UdpProgram.open();
    const tcp = connect(proxyPort, '127.0.0.1');
    tcp.on('error', () => undefined);
    await once(tcp, 'connect');
    const port = named?.(udp) ?? 0;
    tcp.write(Uint8Array.of(5, 1, 0));
    await take(tcp, 2);
    tcp.write(Uint8Array.of(5, 3, 0, 1, 0, 0, 0, 0, port >> 8, port & 0xff));
    const reply = await take(tcp, 10);
    if (reply[1] !== 0) {
      tcp.destroy();
      await udp.close();
      throw new Error(`reply ${reply[1]}`);
    }
    return new SocksUdpProgram(tcp, udp, { host: reply.subarray(4, 8).join('.'), port: reply.readUInt16BE(8) });
  }

  send(bytes: Uint8Array, to: Target, fragment = 0): void {
    this.udp.send(this.packet(bytes, to, fragment), this.bound.port, this.bound.host);
  }

  packet(bytes: Uint8Array, to: Target, fragment = 0): Uint8Array {
    return Buffer.concat([Uint8Array.of(0, 0, fragment), writeEndpoint(to.host, to.port), bytes]);
  }

  async next(): Promise<Readonly<{ from: Target; bytes: Buffer }>> {
    const { bytes } = await this.udp.next();
    const endpoint = readEndpoint(bytes.subarray(3));
    if (endpoint === undefined) throw new Error('no endpoint in the answer');
    return { from: endpoint.target, bytes: bytes.subarray(3 + endpoint.length) };
  }

  async close(): Promise<void> {
    this.tcp.destroy();
    await this.udp.close();
  }
}

async function take(socket: TcpSocket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes: unknown = socket.read(length);
    if (bytes instanceof Buffer) return bytes;
    if (socket.readableEnded || socket.destroyed) throw new Error('the proxy closed');
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
  }
}
