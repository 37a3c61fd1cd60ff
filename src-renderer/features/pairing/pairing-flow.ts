import type {
  AppApiClient,
  BrowserLife,
  CallOutput,
  CallProgress,
  PairingResult,
  PeerView,
} from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { ChosenMachine } from '../../store/index.ts';
import { formatTyped, readTyped } from './code-input.ts';
import { keepsInput } from './steps/next-steps.ts';

/** Part of the connection to the agent that pairing and the set-up of a relay use. */
export type PairingApi = Pick<AppApiClient, 'call'>;
/** Code or link that the agent has created, with its end. */
export type Invitation = CallOutput<'pairing.invite'>;
/** Progress of a pairing as the agent reports it. */
export type Progress = CallProgress<'pairing.result'>;
/** Purpose of a relay that the person sets up. */
export type RelayPurpose = 'invite' | 'join' | 'add';
/** Form of an invitation: a code to type, or a link to send. */
export type InvitationForm = 'code' | 'link';

/** Invitation of this machine as the pairing screen shows it. */
export type InvitationView =
  /** The agent is creating it. */
  | Readonly<{ at: 'preparing'; form: InvitationForm }>
  /** A valid code or link by which no machine has joined. */
  | Readonly<{ at: 'waiting'; form: InvitationForm; invitation: Invitation }>
  /** An unused one that has ended: its time is up, the person has entered another machine's code, or this machine got another relay. */
  | Readonly<{ at: 'over'; form: InvitationForm; why: 'time' | 'joined' | 'relay' }>
  /** One that couldn't be created or used. */
  | Readonly<{ at: 'failed'; form: InvitationForm; error: unknown }>;

/** Step of the pairing dialog, with the data that the step shows. */
export type PairingStep =
  | Readonly<{ at: 'choose' }>
  /**
   * The person sets up a relay, which `invite` and `join` need to continue; `add`: nothing continues. `cause`: error that led here; undefined
   * without one.
   */
  | Readonly<{ at: 'relay'; purpose: RelayPurpose; cause: unknown }>
  /** A machine has joined by an invitation of this form. */
  | Readonly<{ at: 'invited'; form: InvitationForm; progress: Progress }>
  /** The joiner enters a code or link. `error`: of the last attempt; undefined without one. */
  | Readonly<{ at: 'enter'; error: unknown }>
  | Readonly<{ at: 'joining'; progress: Progress | undefined }>
  /** The machines are paired, and the people compare the words. */
  | Readonly<{
      at: 'words';
      result: PairingResult;
      /** Name that the account has for the machine, if that calls itself otherwise. */
      label?: string | undefined;
      /** Lifetime that the person gives a browser; undefined for a machine. */
      life: BrowserLife | undefined;
      busy: 'confirm' | 'forget' | undefined;
      error: unknown;
    }>
  /** The words differed, and the new peer was removed: `here` by this person, or `there`, where the new peer has removed this machine. */
  /** `there` with `words`: the other machine says that they differ. */
  | Readonly<{ at: 'forgotten'; name: string; by: 'here' | 'there'; because?: 'words' | undefined }>
  /** The new peer can be used. `words`: those of this pairing, if the person has compared earlier ones of the same key and isn't asked again. */
  | Readonly<{ at: 'done'; peer: PeerView; words?: readonly string[] }>;

export type PairingState = Readonly<{
  step: PairingStep;
  /** Text of the joiner's field for a code or link. */
  typed: string;
  /** Machine of the network that the person has chosen to join; undefined without one. */
  chosen: ChosenMachine | undefined;
  /** Text of the field for the other machine's address; undefined while the person hasn't asked for the field. */
  at: string | undefined;
  /** Invitation that the screen shows, whatever the step; undefined before the person has asked for one. */
  shown: InvitationView | undefined;
  /** Invitation of the other form that stays valid meanwhile; undefined without one. */
  besides: Extract<InvitationView, { at: 'waiting' }> | undefined;
}>;

/** Reports whether a step is part of the screen on which every pairing begins: no machine has joined, and none is being joined. */
export function isStart(step: PairingStep): boolean {
  return step.at === 'choose' || step.at === 'enter';
}

/** Steps in which nothing runs. A link or button of the window may replace them. */
const FINAL_STEPS: ReadonlySet<PairingStep['at']> = new Set(['forgotten', 'done']);

/** Longest time that the agent waits for its relay in `relay.ready`, ms; a working relay answers much sooner. */
const RELAY_TIMEOUT = 5000;

const OTHER: Readonly<Record<InvitationForm, InvitationForm>> = { code: 'link', link: 'code' };

const START: PairingState = {
  step: { at: 'choose' },
  typed: '',
  chosen: undefined,
  at: undefined,
  shown: undefined,
  besides: undefined,
};

/** Invitation that was made and may still be used. `isAlone`: the relay holds no other beside it. `settled`: when it is withdrawn or used. */
type Open = { readonly controller: AbortController; isAlone: boolean; settled: Promise<void> };

/**
 * State machine of one pairing by code or link, from choosing a side to its end. The dialog shows `state` and calls the methods; the methods call the
 * agent (`pairing.*`, `relay.ready`, `peers.forget`, `peers.rename`). A code and a link can be open at once, except at a relay of an earlier version; invitations survive the steps of the person, until
 * one is used, another machine's code is entered, the relay changes, or the dialog closes. Grants nothing: the last step offers a preset of permissions, after the person
 * has confirmed the words; until then the other machine has to ask for everything. The first run and the dialog share one (`usePairingFlow`). State in memory only; sets no timers: the countdown in `ShowCode` calls `expire`.
 */
export class PairingFlow {
  #api: PairingApi;
  readonly #onPeer: (peer: PeerView) => void;
  readonly #labelOf: (peerId: string) => string | undefined;
  readonly #listeners = new Set<() => void>();
  #state: PairingState = START;
  /** Controller of the running step; starting another step aborts it. */
  #stepController = new AbortController();
  /** Code that another machine refused, as the field shows it; undefined without one. */
  #refused: string | undefined;
  /** True after the code that the chosen machine announced has had its one try, until the machine announces none. */
  #isCodeSpent = false;
  readonly #open = new Map<InvitationForm, Open>();
  /** Latest view of the invitation of each form. */
  readonly #views = new Map<InvitationForm, InvitationView>();

  /**
   * @param onPeer called with a peer as the agent has answered with it, before the event about it arrives
   * @param labelOf returns the name that the person's account has for a machine
   */
  constructor(
    api: PairingApi,
    onPeer: (peer: PeerView) => void = () => undefined,
    labelOf: (peerId: string) => string | undefined = () => undefined,
  ) {
    this.#api = api;
    this.#onPeer = onPeer;
    this.#labelOf = labelOf;
  }

  get state(): PairingState {
    return this.#state;
  }

  /** Continues over a new connection to the agent. Calls that ran over the previous one have failed. */
  connect(api: PairingApi): void {
    this.#api = api;
  }

  /** Reports whether leaving now would lose something: a machine that is joining, or words that no one has compared. */
  get isDelicate(): boolean {
    const { step } = this.#state;
    return step.at === 'joining' || step.at === 'words' || step.at === 'invited';
  }

  /** Adds a listener that is called after `state` changed. @returns a function that removes the listener */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Shows the step that a link or a button of the window asks for, and fills the code or link into the field. Submits nothing, and doesn't disturb a
   * pairing in progress.
   */
  open(
    mode: 'choose' | 'invite' | 'invite-link' | 'join',
    codeOrLink: string | null,
    hasRelay: boolean,
    machine?: ChosenMachine,
  ): void {
    if (this.isDelicate) return;
    if (mode === 'choose') {
      // The dialog was requested again while it shows this step: its content stays.
      if (FINAL_STEPS.has(this.#state.step.at)) this.back();
      if (this.#state.shown?.at === 'over' || this.#state.shown?.at === 'failed') this.#clearInvitations();
    } else if (mode === 'invite' || mode === 'invite-link') this.invite(hasRelay, mode === 'invite' ? 'code' : 'link');
    else if (machine !== undefined) this.choose(machine);
    else {
      // A code or link from outside is of another machine.
      if (codeOrLink !== null) this.#update({ chosen: undefined, at: undefined });
      this.enter(codeOrLink ?? undefined);
    }
  }

  /** Returns to the step `choose` without a chosen machine, and aborts the current step. Open invitations stay. */
  back(): void {
    this.#startStep();
    this.#update({ step: { at: 'choose' }, chosen: undefined });
  }

  /** Sets the text of the joiner's field. */
  type(text: string): void {
    this.#update({ typed: formatTyped(text) });
    if (this.#state.step.at === 'enter' && this.#state.step.error !== undefined)
      this.#setStep({ at: 'enter', error: undefined });
  }

  /** Shows the step in which the joiner enters a code or link. */
  enter(typed = this.#state.typed): void {
    this.#startStep();
    this.#update({ typed: formatTyped(typed), step: { at: 'enter', error: undefined } });
  }

  /**
   * Shows the step in which the joiner enters the code of this machine, which the agent then contacts instead of searching the network. A code that was
   * refused before isn't offered to it.
   */
  choose(chosen: ChosenMachine): void {
    this.#isCodeSpent = false;
    this.enter(this.#state.typed === this.#refused ? '' : undefined);
    this.#update({ chosen, at: undefined });
  }

  /** Takes what the chosen machine announces now. A code that was tried doesn't count while it is still announced. */
  updateChosen(announced: ChosenMachine): void {
    if (this.#state.chosen?.address !== announced.address) return;
    if (!announced.inviting) this.#isCodeSpent = false;
    this.#update({ chosen: { ...announced, inviting: announced.inviting && !this.#isCodeSpent } });
  }

  /** Shows the field for the other machine's address, and sets its text. An empty one leaves the search to the agent. */
  typeAddress(at: string): void {
    if (this.#state.step.at !== 'enter') this.enter();
    this.#update({ at });
    if (this.#state.step.at === 'enter' && this.#state.step.error !== undefined)
      this.#setStep({ at: 'enter', error: undefined });
  }

  /** Shows the step that sets up a relay. `purpose` continues after it. @param cause error that led here */
  askForRelay(purpose: RelayPurpose, cause?: unknown): void {
    this.#startStep();
    this.#setStep({ at: 'relay', purpose, cause });
  }

  /** Continues with the purpose of the relay step, or with an invitation link, because the relay works now. */
  relayIsReady(next?: 'invite-link'): void {
    const { step } = this.#state;
    if (step.at !== 'relay') return;
    const purpose = next ?? step.purpose;
    // Those that were made before don't lead to it.
    void this.#withdraw('relay');
    if (purpose === 'invite-link') this.invite(true, 'link');
    else if (purpose === 'invite') this.invite(true);
    else if (purpose === 'add') this.back();
    else {
      this.enter();
      this.join();
    }
  }

  /**
   * Shows the open invitation of a form, or creates one if there is none. An open one of the other form stays valid, unless the relay
   * holds one at a time. Without a relay, an invitation works in this network.
   */
  invite(hasRelay: boolean, form: InvitationForm = 'code'): void {
    this.#startStep();
    this.#update({ step: { at: 'choose' }, chosen: undefined });
    if (this.#open.has(form)) return this.#show(form);
    const other = this.#open.get(OTHER[form]);
    const replaced = hasRelay && other?.isAlone === true ? other : undefined;
    if (replaced !== undefined) {
      replaced.controller.abort();
      this.#open.delete(OTHER[form]);
      this.#views.delete(OTHER[form]);
    }
    const open: Open = { controller: new AbortController(), isAlone: false, settled: Promise.resolve() };
    this.#open.set(form, open);
    this.#views.set(form, { at: 'preparing', form });
    this.#show(form);
    open.settled = this.#invite(form, hasRelay, open, replaced);
  }

  /** Ends the shown invitation because its time is up. If a machine has joined, the pairing continues. */
  expire(): void {
    const { shown, step } = this.#state;
    if (shown?.at !== 'waiting' || (step.at === 'invited' && step.form === shown.form)) return;
    this.#end({ at: 'over', form: shown.form, why: 'time' });
  }

  /** Joins with the typed code or link. */
  join(): void {
    const typed = readTyped(this.#state.typed);
    switch (typed.kind) {
      case 'empty':
      case 'partial':
        this.#setStep({ at: 'enter', error: new ClawReachError('pairing.code-format', 'the code is not complete') });
        return;
      case 'invalid':
        this.#setStep({ at: 'enter', error: typed.error });
        return;
      case 'code':
        void this.#join(typed.code, this.#state.at?.trim() || this.#state.chosen?.address);
        return;
      case 'link':
        void this.#join(typed.text);
    }
  }

  /** Sets the lifetime that the browser gets once the words are confirmed. */
  chooseLife(life: BrowserLife): void {
    const { step } = this.#state;
    if (step.at === 'words' && step.busy === undefined) this.#setStep({ ...step, life });
  }

  /** Confirms that the words match. */
  async confirm(): Promise<void> {
    const { step } = this.#state;
    if (step.at !== 'words' || step.busy !== undefined) return;
    const { life, result } = step;
    const { words } = result;
    this.#setStep({ ...step, busy: 'confirm', error: undefined });
    const signal = this.#startStep();
    try {
      const peer = await this.#api.call('pairing.confirm', {
        peer: result.peer.peerId,
        words,
        ...(life && { life }),
      });
      this.#onPeer(peer);
      if (!signal.aborted) this.#setStep({ at: 'done', peer });
    } catch (error) {
      if (signal.aborted) return;
      if (errorCode(error) === 'peer.forgot') {
        const because =
          error instanceof ClawReachError && error.details['because'] === 'words' ? ('words' as const) : undefined;
        this.#setStep({ at: 'forgotten', name: result.peer.name, by: 'there', because });
      } else this.#setStep({ ...step, busy: undefined, error });
    }
  }

  /**
   * Ends the comparison of the words if the new peer has removed this machine meanwhile. A removal in a record with other words is older than this
   * pairing: the window gets the changed record a moment after the result.
   * @param known new peer as the window knows it; undefined if it doesn't
   */
  followPeer(known: Pick<PeerView, 'forgottenAt' | 'forgottenBecause' | 'pairing'> | undefined): void {
    const { step } = this.#state;
    if (step.at !== 'words' || known?.forgottenAt === undefined) return;
    if (known.pairing?.words.join(' ') !== step.result.words.join(' ')) return;
    this.#startStep();
    this.#setStep({ at: 'forgotten', name: step.result.peer.name, by: 'there', because: known.forgottenBecause });
  }

  /** Forgets the new peer at once, because the words differ: someone may be intercepting. */
  async reject(): Promise<void> {
    const { step } = this.#state;
    if (step.at !== 'words' || step.busy !== undefined) return;
    const { peer } = step.result;
    this.#setStep({ ...step, busy: 'forget', error: undefined });
    const signal = this.#startStep();
    try {
      // Without the signal: closing the dialog must not keep the stranger paired.
      await this.#api.call('peers.forget', { peer: peer.peerId, because: 'words' });
      if (!signal.aborted) this.#setStep({ at: 'forgotten', name: peer.name, by: 'here' });
    } catch (error) {
      if (!signal.aborted) this.#setStep({ ...step, busy: undefined, error });
    }
  }

  /** Renames the new peer on this machine, in the step `done`. @throws {ClawReachError} */
  async rename(name: string): Promise<void> {
    const { step } = this.#state;
    if (step.at !== 'done' || name === step.peer.name) return;
    const peer = await this.#api.call('peers.rename', { peer: step.peer.peerId, name });
    this.#onPeer(peer);
    if (this.#state.step.at === 'done') this.#setStep({ ...this.#state.step, peer });
  }

  /** Aborts the running step and withdraws all open invitations. The dialog calls this when it closes. */
  close(): void {
    this.#startStep();
    this.#clearInvitations();
    this.#update(START);
  }

  async #invite(form: InvitationForm, hasRelay: boolean, open: Open, replaced: Open | undefined): Promise<void> {
    const { signal } = open.controller;
    let invitation: Invitation | undefined;
    try {
      if (replaced !== undefined) await replaced.settled;
      if (signal.aborted) return;
      const trouble = hasRelay ? await this.#waitForRelay(signal) : undefined;
      // Without the signal: the number is needed to withdraw an invitation that arrives after the person has left.
      const made = await this.#api
        .call('pairing.invite', { allow: [], ...(form === 'link' ? { link: true } : {}) })
        .catch((error: unknown) => {
          throw trouble ?? error;
        });
      invitation = made;
      open.isAlone = made.alone === true;
      if (signal.aborted) return;
      this.#setView({ at: 'waiting', form, invitation: made });
      const onProgress = (progress: Progress): void => {
        if (!signal.aborted) this.#setStep({ at: 'invited', form, progress });
      };
      const result = await this.#api.call('pairing.result', { pairing: made.pairing }, { signal, onProgress });
      invitation = undefined;
      if (signal.aborted) return;
      this.#startStep();
      this.#clearInvitations();
      this.#setStep(stepAfter(result));
    } catch (error) {
      if (signal.aborted) return;
      const isOver = error instanceof ClawReachError && error.code === 'pairing.expired';
      this.#end(isOver ? { at: 'over', form, why: 'time' } : { at: 'failed', form, error });
    } finally {
      // An invitation that no one waits for must not stay valid.
      if (invitation !== undefined) {
        await this.#api.call('pairing.cancel', { pairing: invitation.pairing }).catch(() => undefined);
      }
    }
  }

  /** Ends an invitation, and shows how. One that expires while the other form is shown leaves that form in sight. */
  #end(view: Extract<InvitationView, { at: 'over' | 'failed' }>): void {
    const { form } = view;
    this.#open.get(form)?.controller.abort();
    this.#open.delete(form);
    const { step, shown } = this.#state;
    if (step.at === 'invited' && step.form === form) this.#setStep({ at: 'choose' });
    this.#setView(view);
    if (view.at === 'failed' && shown?.form !== form) this.#show(form);
  }

  /** Withdraws all invitations, and shows that they have ended. @returns a promise that settles when the agent has none */
  async #withdraw(why: 'joined' | 'relay'): Promise<void> {
    const settled = [...this.#open.values()].map((open) => open.settled);
    for (const form of this.#open.keys()) this.#end({ at: 'over', form, why });
    await Promise.all(settled);
  }

  #clearInvitations(): void {
    for (const { controller } of this.#open.values()) controller.abort();
    this.#open.clear();
    this.#views.clear();
    this.#update({ shown: undefined, besides: undefined });
  }

  #setView(view: InvitationView): void {
    this.#views.set(view.form, view);
    this.#show(this.#state.shown?.form ?? view.form);
  }

  #show(form: InvitationForm): void {
    const other = this.#views.get(OTHER[form]);
    this.#update({ shown: this.#views.get(form), besides: other?.at === 'waiting' ? other : undefined });
  }

  /** Waits for the relay. @returns the relay's problem; the invitation then works in this network, if the agent accepts direct connections */
  async #waitForRelay(signal: AbortSignal): Promise<unknown> {
    try {
      await this.#api.call('relay.ready', { timeout: RELAY_TIMEOUT }, { signal });
      return undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      return error;
    }
  }

  async #join(codeOrLink: string, at?: string): Promise<void> {
    const signal = this.#startStep();
    this.#setStep({ at: 'joining', progress: undefined });
    const onProgress = (progress: Progress): void => {
      if (!signal.aborted) this.#setStep({ at: 'joining', progress });
    };
    try {
      // One pairing at a time: a machine that joined meanwhile would ask for other words.
      if (this.#open.size > 0) await this.#withdraw('joined');
      if (signal.aborted) return;
      const input = { codeOrLink, allow: [], ...(at === undefined ? {} : { at }) };
      const result = await this.#api.call('pairing.join', input, { signal, onProgress });
      const label = this.#labelOf(result.peer.peerId);
      if (!signal.aborted)
        this.#update({ typed: '', chosen: undefined, at: undefined, step: stepAfter(result, label) });
    } catch (error) {
      if (signal.aborted) return;
      const { chosen, typed } = this.#state;
      this.#refused = typed;
      const isSpent = chosen !== undefined && errorCode(error) === 'pairing.wrong-code';
      if (isSpent) this.#isCodeSpent = true;
      this.#update({
        step: { at: 'enter', error },
        ...(keepsInput(error) ? {} : { typed: '' }),
        ...(isSpent ? { chosen: { ...chosen, inviting: false } } : {}),
      });
    }
  }

  /** Aborts the running step. @returns the signal of the next step */
  #startStep(): AbortSignal {
    this.#stepController.abort();
    this.#stepController = new AbortController();
    return this.#stepController.signal;
  }

  #setStep(step: PairingStep): void {
    this.#update({ step });
  }

  #update(change: Partial<PairingState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Returns the step after a pairing. Words are compared once: a machine that pairs again with the same key keeps the answer, and the agent rejects another key.
 * @param label name that the account has for the machine, which is the relay's word; undefined if it has none
 */
function stepAfter(result: PairingResult, label?: string): PairingStep {
  const { peer, words } = result;
  if (peer.pairing?.compared === true) return { at: 'done', peer, words };
  const other = label === peer.name ? undefined : label;
  return { at: 'words', result, label: other, life: peer.browser?.life, busy: undefined, error: undefined };
}
