import type { BoxEntry } from '../box-entry.ts';
import type { AgentFiles } from './agent-files.ts';

/** Messages by the transfer of their files, so that a change of a transfer finds them. */
export class AttachedFiles {
  /** IDs of messages by the ID of a transfer. A peer may name one transfer in several messages. */
  readonly #messages = new Map<string, Set<string>>();
  /** Last state of each transfer. */
  readonly #states = new Map<string, string>();
  readonly #onChange: (message: string) => void;

  /** @param onChange called with the ID of each message whose files have another state */
  constructor(onChange: (message: string) => void) {
    this.#onChange = onChange;
  }

  add({ id, files: [first] }: Pick<BoxEntry, 'id' | 'files'>): void {
    if (first === undefined) return;
    const known = this.#messages.get(first.transfer) ?? new Set();
    this.#messages.set(first.transfer, known.add(id));
  }

  remove({ id, files: [first] }: Pick<BoxEntry, 'id' | 'files'>): void {
    if (first === undefined) return;
    const known = this.#messages.get(first.transfer);
    known?.delete(id);
    if (known?.size !== 0) return;
    this.#messages.delete(first.transfer);
    this.#states.delete(first.transfer);
  }

  /** Begins to follow transfers. Called once, when the agent starts. */
  follow(transfers: Pick<AgentFiles, 'onChange'>): void {
    transfers.onChange((transfer, state) => {
      // A transfer changes with each block; its messages tell the state only.
      if (!this.#messages.has(transfer) || this.#states.get(transfer) === state) return;
      this.#states.set(transfer, state);
      for (const message of this.#messages.get(transfer) ?? []) this.#onChange(message);
    });
  }
}
