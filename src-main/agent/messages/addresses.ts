import { errorCode } from '#shared/errors.ts';
import { parsePeerId, PEER_ID_LENGTH, type PeerId } from '#shared/identity/index.ts';
import { programAddress, programName } from '#shared/messages/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { PeerError } from '../peers/index.ts';
import { MessageError } from './errors.ts';
import type { InstanceBook } from './foreign/instance-book.ts';

type MessageAddressesOptions = Readonly<{
  ownId: PeerId;
  /** Returns the name of this machine. */
  ownName(): string;
  peers: Readonly<{
    /** @throws {PeerError} `peer.unknown`, `peer.ambiguous` */
    find(reference: string): Readonly<{ peerId: PeerId }>;
    nameOf(peerId: PeerId): string | undefined;
  }>;
  instances: Pick<InstanceBook, 'find' | 'named' | 'addressOf' | 'hasName'>;
}>;

/**
 * Beginnings of addresses as people and programs write them, and as they are shown: `.` for this machine, the name or ID of a machine, `program:NAME` for
 * a foreign instance. What is shown finds the very device that it was shown for, or fails: neither a machine nor a program gets what was meant for the
 * other, however they are called.
 */
export class MessageAddresses {
  readonly #options: MessageAddressesOptions;
  /** Texts that are shown, by device. Finding a name compares it with all others. */
  readonly #shown = new Map<PeerId, Readonly<{ name: string | undefined; shown: string | undefined }>>();

  constructor(options: MessageAddressesOptions) {
    this.#options = options;
  }

  /**
   * Finds this machine, a peer or a foreign instance.
   * @throws {PeerError} `peer.unknown`, `peer.ambiguous`; {MessageError} `message.unknown-instance`, `message.ambiguous-instance`,
   * `message.is-program` if only a program is called so
   */
  find(reference: string): PeerId {
    const { ownId, ownName, peers, instances } = this.#options;
    const text = reference.trim();
    if (text === '.') return ownId;
    if (programName(text) !== undefined) return instances.named(text).id;
    // A beginning of an ID finds machines only: the relay can give a program an ID that begins like a machine's.
    const id = wholeId(text);
    if (id !== undefined && (id === ownId || instances.find(id) !== undefined)) return id;
    const isOwn = plainKey(text) === plainKey(ownName());
    let found: PeerId;
    try {
      found = peers.find(text).peerId;
    } catch (error) {
      if (errorCode(error) !== 'peer.unknown') throw error;
      if (isOwn) return ownId;
      if (!instances.hasName(text)) throw error;
      throw new MessageError('message.is-program', 'a program at the relay is called so, and no machine', {
        cause: error,
        details: { name: text, address: programAddress({ id: '', name: text }, true) },
      });
    }
    if (isOwn && found !== id)
      throw new PeerError('peer.ambiguous', 'this machine is called so, too', {
        details: { name: text, candidates: `${peers.nameOf(found) ?? ''} (${found.slice(0, 7)}), ${ownName()} (.)` },
      });
    return found;
  }

  /** Returns what the address of a device or program begins with here: its name, where that finds it, else its ID; undefined if it isn't known. */
  shown(peerId: PeerId): string | undefined {
    const { ownId, ownName, peers, instances } = this.#options;
    const name = peerId === ownId ? ownName() : peers.nameOf(peerId);
    if (name === undefined) return instances.addressOf(peerId);
    const known = this.#shown.get(peerId);
    if (known?.name === name) return known.shown;
    const shown = this.#finds(name, peerId) ? name : peerId;
    this.#shown.set(peerId, { name, shown });
    return shown;
  }

  /** Called when a device has another name, came or went. */
  changed(): void {
    this.#shown.clear();
  }

  #finds(name: string, peerId: PeerId): boolean {
    try {
      return this.find(name) === peerId;
    } catch {
      return false;
    }
  }
}

function wholeId(text: string): PeerId | undefined {
  // Most are names. An error takes longer than all else that is done with an address.
  if (text.length < PEER_ID_LENGTH) return undefined;
  try {
    return parsePeerId(text);
  } catch {
    return undefined;
  }
}
