import type { AppApiClient, CallOutput, CallProgress, PairingResult, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { formatTyped, readTyped } from './code-input.ts';
import { keepsInput } from './steps/next-steps.ts';

/** What pairing asks of the agent. */
export type PairingApi = Pick<AppApiClient, 'call'>;
export type Invitation = CallOutput<'pairing.invite'>;
export type Progress = CallProgress<'pairing.result'>;
export type InvitationForm = 'code' | 'link';

export type PairingStep =
  | Readonly<{ at: 'choose' }>
  /** A relay has to be set up before `purpose` can go on; `cause` is why, undefined when there is none yet. */
  | Readonly<{ at: 'relay'; purpose: 'invite' | 'join'; cause: unknown }>
  /** An invitation is being made. */
  | Readonly<{ at: 'preparing'; form: InvitationForm }>
  | Readonly<{ at: 'waiting'; form: InvitationForm; invitation: Invitation; progress: Progress | undefined }>
  | Readonly<{ at: 'expired'; form: InvitationForm }>
  | Readonly<{ at: 'failed'; form: InvitationForm; error: unknown }>
  | Readonly<{ at: 'enter'; error: unknown }>
  | Readonly<{ at: 'joining'; progress: Progress | undefined }>
  /** Paired, and to be compared. */
  | Readonly<{ at: 'words'; result: PairingResult; busy: 'confirm' | 'forget' | undefined; error: unknown }>
  | Readonly<{ at: 'forgotten'; name: string }>
  /** `error`: the right that was to be given was not. */
  | Readonly<{ at: 'done'; peer: PeerView; error: unknown }>;

export type PairingState = Readonly<{
  step: PairingStep;
  /** The field of who joins. */
  typed: string;
  /** The other machine may open terminals here, once the words were found to be the same. */
  allow: boolean;
}>;

/** Nothing goes on in these. */
const LEFT_FOR_A_NEW_CHOICE: ReadonlySet<PairingStep['at']> = new Set(['expired', 'failed', 'forgotten', 'done']);

/** A relay that works has answered long before, ms. */
const RELAY_PATIENCE = 10_000;

/**
 * One pairing from the choice of a side to the end. The right is given only when the person has said that the words are the same: until then
 * whoever is at the other end may do nothing here unasked.
 */
export class PairingFlow {
  #api: PairingApi;
  readonly #listeners = new Set<() => void>();
  #state: PairingState;
  /** Of what is under way; another one ends it. */
  #running = new AbortController();

  constructor(api: PairingApi) {
    this.#api = api;
    this.#state = { step: { at: 'choose' }, typed: '', allow: false };
  }

  get state(): PairingState {
    return this.#state;
  }

  /** After a reconnect; what was under way on the one before has failed there. */
  connect(api: PairingApi): void {
    this.#api = api;
  }

  /** Something would be lost if this ended now: a machine that is there, or words nobody has compared. */
  get isDelicate(): boolean {
    const { step } = this.#state;
    return step.at === 'joining' || step.at === 'words' || (step.at === 'waiting' && step.progress !== undefined);
  }

  /** @returns Takes the listener off again. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Where a link or a button of the window leads. A pairing under way is not disturbed; nothing is submitted. */
  open(mode: 'choose' | 'invite' | 'join', codeOrLink: string | null, hasRelay: boolean): void {
    if (this.isDelicate) return;
    if (mode === 'choose') {
      // Asked for once more while the dialog stands there: what is in it stays.
      if (LEFT_FOR_A_NEW_CHOICE.has(this.#state.step.at)) this.back();
    } else if (mode === 'invite') this.invite(hasRelay);
    else {
      // Anybody can have made it: what was allowed was allowed to somebody else.
      if (codeOrLink !== null && formatTyped(codeOrLink) !== this.#state.typed) this.setAllow(false);
      this.enter(codeOrLink ?? undefined);
    }
  }

  back(): void {
    this.#begin();
    this.#show({ at: 'choose' });
  }

  setAllow(allow: boolean): void {
    this.#update({ allow });
  }

  type(text: string): void {
    this.#update({ typed: formatTyped(text) });
    if (this.#state.step.at === 'enter' && this.#state.step.error !== undefined)
      this.#show({ at: 'enter', error: undefined });
  }

  /** Shows the field for a code or link. */
  enter(typed = this.#state.typed): void {
    this.#begin();
    this.#update({ typed: formatTyped(typed), step: { at: 'enter', error: undefined } });
  }

  /** Leads to the relay, and from there back to what it is needed for. */
  askForRelay(purpose: 'invite' | 'join', cause?: unknown): void {
    this.#begin();
    this.#show({ at: 'relay', purpose, cause });
  }

  /** The relay of the step `relay` works now: on with what the person had asked for. */
  relayIsReady(): void {
    const { step } = this.#state;
    if (step.at !== 'relay') return;
    if (step.purpose === 'invite') this.invite(true);
    else {
      this.enter();
      this.join(true);
    }
  }

  /** Makes an invitation, in place of any other. */
  invite(hasRelay: boolean, form: InvitationForm = 'code'): void {
    if (hasRelay) void this.#invite(form);
    else this.askForRelay('invite');
  }

  /** The time of the invitation is over. One that somebody has joined goes on. */
  expire(): void {
    const { step } = this.#state;
    if (step.at !== 'waiting' || step.progress !== undefined) return;
    this.#begin();
    this.#show({ at: 'expired', form: step.form });
  }

  /** Joins with what was typed; a code without a relay leads there first. */
  join(hasRelay: boolean): void {
    const typed = readTyped(this.#state.typed);
    switch (typed.kind) {
      case 'empty':
      case 'partial':
        this.#show({ at: 'enter', error: new ClawReachError('pairing.code-format', 'the code is not complete') });
        return;
      case 'invalid':
        this.#show({ at: 'enter', error: typed.error });
        return;
      case 'code':
        if (hasRelay) void this.#join(typed.code);
        else this.askForRelay('join');
        return;
      case 'link':
        void this.#join(typed.text);
    }
  }

  /** The words are the same. */
  async confirm(): Promise<void> {
    const { step, allow } = this.#state;
    if (step.at !== 'words' || step.busy !== undefined) return;
    const { words } = step.result;
    this.#show({ ...step, busy: 'confirm', error: undefined });
    const signal = this.#begin();
    let peer: PeerView;
    try {
      peer = await this.#api.call('pairing.confirm', { peer: step.result.peer.peerId, words });
    } catch (error) {
      if (!signal.aborted) this.#show({ ...step, busy: undefined, error });
      return;
    }
    if (!allow || signal.aborted) {
      if (!signal.aborted) this.#show({ at: 'done', peer, error: undefined });
      return;
    }
    try {
      const grant = { peer: peer.peerId, right: 'terminal', decision: 'allow', expiresAt: null } as const;
      const changed = await this.#api.call('rights.set', grant);
      if (!signal.aborted) this.#show({ at: 'done', peer: changed, error: undefined });
    } catch (error) {
      if (!signal.aborted) this.#show({ at: 'done', peer, error });
    }
  }

  /** The words differ: somebody stands in between, and is forgotten at once. */
  async reject(): Promise<void> {
    const { step } = this.#state;
    if (step.at !== 'words' || step.busy !== undefined) return;
    const { peer } = step.result;
    this.#show({ ...step, busy: 'forget', error: undefined });
    const signal = this.#begin();
    try {
      // Without the signal: closing the dialog now must not save the stranger.
      await this.#api.call('peers.forget', { peer: peer.peerId });
      if (!signal.aborted) this.#show({ at: 'forgotten', name: peer.name });
    } catch (error) {
      if (!signal.aborted) this.#show({ ...step, busy: undefined, error });
    }
  }

  /** The peer's own name on this machine, from the step `done`. @throws {ClawReachError} */
  async rename(name: string): Promise<void> {
    const { step } = this.#state;
    if (step.at !== 'done' || name === step.peer.name) return;
    const peer = await this.#api.call('peers.rename', { peer: step.peer.peerId, name });
    if (this.#state.step.at === 'done') this.#show({ ...this.#state.step, peer });
  }

  /** Ends what is under way; an open invitation is taken back. */
  close(): void {
    this.#begin();
    this.#update({ step: { at: 'choose' }, typed: '' });
  }

  async #invite(form: InvitationForm): Promise<void> {
    const signal = this.#begin();
    this.#show({ at: 'preparing', form });
    let invitation: Invitation | undefined;
    try {
      await this.#api.call('relay.ready', { timeout: RELAY_PATIENCE }, { signal });
      // Without the signal: an invitation that comes after the person has left has to be taken back, so its number is needed.
      const made = await this.#api.call('pairing.invite', { allow: [], ...(form === 'link' ? { link: true } : {}) });
      invitation = made;
      if (signal.aborted) return;
      this.#show({ at: 'waiting', form, invitation: made, progress: undefined });
      const onProgress = (progress: Progress): void => {
        if (!signal.aborted) this.#show({ at: 'waiting', form, invitation: made, progress });
      };
      const result = await this.#api.call('pairing.result', { pairing: made.pairing }, { signal, onProgress });
      invitation = undefined;
      if (!signal.aborted) this.#show({ at: 'words', result, busy: undefined, error: undefined });
    } catch (error) {
      if (signal.aborted) return;
      const isOver = error instanceof ClawReachError && error.code === 'pairing.expired';
      this.#show(isOver ? { at: 'expired', form } : { at: 'failed', form, error });
    } finally {
      // A code must not stay good when nobody waits for it any more.
      if (invitation !== undefined) {
        await this.#api.call('pairing.cancel', { pairing: invitation.pairing }).catch(() => undefined);
      }
    }
  }

  async #join(codeOrLink: string): Promise<void> {
    const signal = this.#begin();
    this.#show({ at: 'joining', progress: undefined });
    const onProgress = (progress: Progress): void => {
      if (!signal.aborted) this.#show({ at: 'joining', progress });
    };
    try {
      const result = await this.#api.call('pairing.join', { codeOrLink, allow: [] }, { signal, onProgress });
      if (!signal.aborted)
        this.#update({ typed: '', step: { at: 'words', result, busy: undefined, error: undefined } });
    } catch (error) {
      if (signal.aborted) return;
      this.#update({ step: { at: 'enter', error }, ...(keepsInput(error) ? {} : { typed: '' }) });
    }
  }

  /** Ends what is under way. @returns The signal of what comes instead. */
  #begin(): AbortSignal {
    this.#running.abort();
    this.#running = new AbortController();
    return this.#running.signal;
  }

  #show(step: PairingStep): void {
    this.#update({ step });
  }

  #update(change: Partial<PairingState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
