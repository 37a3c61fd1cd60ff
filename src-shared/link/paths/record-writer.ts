import { errorMessage } from '../../errors.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { LinkError } from '../errors.ts';
import type { FlightController } from '../flight/index.ts';
import { encodeFrame } from '../frame-encoder.ts';
import { MAX_UNACKNOWLEDGED } from '../limits.ts';
import type { PathLiveness } from './liveness.ts';
import type { FrameSource } from '../frame-source.ts';
import type { Pings } from './pings.ts';
import { RecordBuffer } from '../record-buffer.ts';
import type { SentFrame, SentRecords } from '../sent-records.ts';
import type { RecordCipher } from '../session-types.ts';

/** Time between PINGs that are sent together with data to measure the round trip, ms. */
const SAMPLE_INTERVAL = 1000;

/** Parts from which a path's records are made. */
export type RecordSources = Readonly<{
  source: FrameSource;
  cipher: RecordCipher;
  sent: SentRecords;
  pings: Pings;
  acknowledgements: Acknowledgements;
  flight: FlightController;
  liveness: PathLiveness;
}>;

/** Builds and seals the next record of a path: first the path's own frames (PATH, ACK, PONG, PING), then those of the session's `FrameSource`. */
export class RecordWriter {
  readonly #from: RecordSources;
  readonly #record = new RecordBuffer();
  #id: number | undefined;
  /** True if the next record carries the path's number. */
  #naming = false;
  #probing = false;

  constructor(sources: RecordSources) {
    this.#from = sources;
  }

  /**
   * Takes the path into use.
   * @param id number of the path
   * @param announce true if the other side doesn't know the number, so that the next record has a PATH frame
   */
  use(id: number, announce: boolean): void {
    this.#id = id;
    this.#naming = announce;
    this.#probing = false;
  }

  /** Adds to the next record the frames that the other side needs to decide about the path. */
  probe(): void {
    this.#probing = this.#id === undefined;
  }

  /**
   * Builds the next record, seals it and appends it to `pieces`. Returns its length on the wire; 0 if there is nothing to send.
   * @throws {LinkError} `link.path-lost` if sealing fails or the other side acknowledges nothing
   */
  next(pieces: Uint8Array[]): number {
    const { source, sent, pings, acknowledgements, flight, liveness } = this.#from;
    const record = this.#record;
    const frames: SentFrame[] = [];
    record.clear();
    const id = this.#id;
    if (this.#naming && id !== undefined) record.put(encodeFrame({ type: 'path', path: id }));
    const acknowledging = acknowledgements.pending && id !== undefined;
    if (acknowledging) record.put(encodeFrame({ type: 'ack', path: id, record: acknowledgements.processed }));
    const start = this.#naming ? 0 : record.length;
    this.#naming = false;
    for (const data of pings.takeOwed()) record.put(encodeFrame({ type: 'pong', data }));
    this.#putPings();
    if (id !== undefined) source.fill(record, frames);
    else if (this.#probing) source.fillProbe(record);
    this.#probing = false;
    if (frames.length > 0 && pings.age >= SAMPLE_INTERVAL && record.room > 32) {
      pings.want();
      this.#putPings();
    }
    if (record.length === start && !(acknowledging && acknowledgements.due)) return 0;
    if (acknowledging) acknowledgements.clear();
    sent.add(frames);
    if (frames.length > 0) {
      flight.sent(sent.last, record.length);
      liveness.asked();
    }
    if (sent.size > MAX_UNACKNOWLEDGED) throw new LinkError('link.path-lost', 'the other side acknowledges nothing');
    return this.#seal(pieces);
  }

  #putPings(): void {
    for (const data of this.#from.pings.takeWanted()) {
      this.#record.put(encodeFrame({ type: 'ping', data }));
      this.#from.liveness.asked();
    }
  }

  #seal(pieces: Uint8Array[]): number {
    try {
      const sealed = this.#from.cipher.seal(this.#record.view());
      let length = 0;
      for (const piece of sealed) length += piece.length;
      pieces.push(Uint8Array.of(length >> 8, length & 0xff), ...sealed);
      return length + 2;
    } catch (error) {
      throw new LinkError('link.path-lost', `sealing failed: ${errorMessage(error)}`, { cause: error });
    }
  }
}
