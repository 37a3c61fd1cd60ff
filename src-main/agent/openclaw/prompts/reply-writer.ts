import type { LinkStream } from '#shared/link/index.ts';
import { encodeLine } from '#shared/lines.ts';
import { MAX_TOKEN_CHARACTERS, type HeartbeatMessage, type OpenClawReply } from '#shared/openclaw/prompts/index.ts';

type Piece =
  | Readonly<{ message: OpenClawReply | HeartbeatMessage }>
  | { readonly type: 'token' | 'replace'; text: string };

/**
 * Writer of `PeerRequest`'s replies to a peer's stream, in order. A slow reader gets the answer in larger pieces; at most the whole answer, which is
 * bounded, is waiting.
 */
export class ReplyWriter {
  readonly #stream: Pick<LinkStream, 'write'>;
  readonly #requestId: string;
  #waiting: Piece[] = [];
  #writing: Promise<void> | undefined;
  #over = false;

  constructor(stream: Pick<LinkStream, 'write'>, requestId: string) {
    this.#stream = stream;
    this.#requestId = requestId;
  }

  /** Reports whether the stream accepts no more data for now. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /** Sends a message. */
  send(message: OpenClawReply | HeartbeatMessage): void {
    this.#add({ message });
  }

  /** Appends text to the answer. */
  token(text: string): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined && 'text' in last) last.text += text;
    else this.#add({ type: 'token', text });
  }

  /** Replaces the text of the answer sent so far. */
  replace(text: string): void {
    this.#waiting = this.#waiting.filter((piece) => !('text' in piece));
    this.#add({ type: 'replace', text });
  }

  /** Resolves when everything was handed to the stream, or the stream has ended. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #add(piece: Piece): void {
    if (this.#over) return;
    this.#waiting.push(piece);
    this.#start();
  }

  #start(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#start();
    });
  }

  async #write(): Promise<void> {
    try {
      // Replies of the same turn share a message.
      await Promise.resolve();
      for (let piece = this.#waiting.shift(); piece !== undefined; piece = this.#waiting.shift()) {
        if ('message' in piece) await this.#stream.write(encodeLine(piece.message));
        else await this.#writeText(piece.type, piece.text);
      }
    } catch {
      this.#over = true;
      this.#waiting = [];
    }
  }

  async #writeText(first: 'token' | 'replace', text: string): Promise<void> {
    let type = first;
    for (let at = 0; at < text.length || at === 0; type = 'token') {
      const end = at + MAX_TOKEN_CHARACTERS;
      const high = text.charCodeAt(end - 1);
      // Never splits a surrogate pair.
      const cut = end < text.length && high >= 0xd800 && high <= 0xdbff ? end - 1 : end;
      await this.#stream.write(encodeLine({ type, request_id: this.#requestId, content: text.slice(at, cut) }));
      at = cut;
    }
  }
}
