import { useCallback, useEffect, useRef, useState } from 'react';
import type { AddingView, BrowserLife } from '#shared/app-api/index.ts';
import { parsePeerId } from '#shared/identity/index.ts';
import { applyPeer, useApi, useApp, useCall, type Pairing } from '../../../store/index.ts';
import { isWholeAddLink } from '../code-input.ts';

/** Side of a pairing by ID: `ask` enters the other machine's ID, `wait` lets the other machine ask. */
export type AddingSide = 'ask' | 'wait';

export type AddingControl = Readonly<{
  side: AddingSide;
  /** Text of the field for the other machine's ID. */
  typed: string;
  /** True after the person submitted a text that isn't an ID. */
  isInvalid: boolean;
  /** State of the pairing as the agent reports it; undefined before it begins. */
  view: AddingView | undefined;
  /** True while the call that begins the pairing runs. */
  busy: boolean;
  /** Error of the last call; undefined without one. */
  error: unknown;
  choose(side: AddingSide): void;
  type(typed: string): void;
  /** Begins the pairing on the chosen side. */
  begin(): void;
  /** Asks the machines of this browser's account to add it, while it waits. `requesting`: whether they were asked. */
  request(): void;
  requesting: 'no' | 'busy' | 'done';
  /** Lifetime that the person has chosen for a browser; undefined: that which the view names. */
  life: BrowserLife | undefined;
  chooseLife(life: BrowserLife): void;
  /** Answers the comparison: whether both people see the same words. */
  answer(same: boolean): void;
  /** Returns to the choice of a side after a pairing has ended. */
  again(): void;
  /** Clears the error. */
  dismiss(): void;
}>;

/**
 * Runs one pairing by ID ("adding" in the API) from choosing a side to its end, through the calls `adding.*`. Takes over a pairing that is pending at
 * the agent. Cancels a pending pairing when the dialog closes.
 */
export function useAdding(pairing?: Pairing): AddingControl {
  const api = useApi();
  const wait = useCall('adding.wait');
  const ask = useCall('adding.ask');
  const reply = useCall('adding.answer');
  const mode = pairing?.mode;
  const [side, setSide] = useState<AddingSide>(mode === 'wait' || mode === 'ask-own' ? 'wait' : 'ask');
  const [typed, setTyped] = useState(pairing?.codeOrLink ?? '');
  const [isInvalid, setInvalid] = useState(false);
  const [view, setView] = useState<AddingView>();
  const current = useRef<AddingView>(undefined);
  const show = useCallback(
    (next: AddingView | undefined): void => {
      const isNew = next?.state === 'added' && current.current?.state !== 'added';
      current.current = next;
      setView(next);
      if (isNew && next.other !== null) void nameNameless(api, next.other);
    },
    [api],
  );
  useEffect(() => {
    // Changes sent before the answer to `begin` are part of that answer, or are sent again with the next change.
    const off = api.on('adding.changed', (next) => {
      if (next.adding === current.current?.adding) show(next);
    });
    let isOver = false;
    const known = current.current;
    // Finds an adding that was begun elsewhere on this machine or before the window was reloaded, and updates ours after a reconnect.
    api.call('adding.list', {}).then(
      (all) => {
        const now = all.find((one) => (known === undefined ? isPending(one) : one.adding === known.adding));
        if (now !== undefined && !isOver && current.current === known) show(now);
      },
      () => undefined,
    );
    return () => {
      isOver = true;
      off();
      const left = current.current;
      if (left !== undefined && isPending(left))
        void api.call('adding.cancel', { adding: left.adding }).catch(() => undefined);
    };
  }, [api, show]);
  const request = useCall('adding.request');
  const [isRequested, setRequested] = useState(false);
  const isAsked = useRef(false);
  const requestFor = (adding: number): void =>
    void request.run({ adding }).then((answer) => setRequested(answer !== undefined));
  const started = async (begun: Promise<AddingView | undefined>): Promise<void> => {
    const first = await begun;
    if (first === undefined) return;
    show(first);
    if (mode === 'ask-own' && !isAsked.current) {
      isAsked.current = true;
      requestFor(first.adding);
    }
    const all = await api.call('adding.list', {}).catch(() => []);
    const now = all.find(({ adding }) => adding === first.adding);
    if (now !== undefined && current.current?.state === 'waiting') show(now);
  };
  const begin = (): void => {
    if (side === 'wait') void started(wait.run({}));
    else if (isId(typed)) void started(ask.run({ peerId: typed }));
    else setInvalid(true);
  };
  // The person has pressed the button that begins it, in the Inbox or on the pairing screen.
  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current || (mode !== 'add' && mode !== 'wait' && mode !== 'ask-own')) return;
    isBegun.current = true;
    begin();
  });
  const [life, setLife] = useState<BrowserLife>();
  const replied = async (same: boolean): Promise<void> => {
    const { adding } = current.current ?? { adding: 0 };
    const next = await reply.run({ adding, same, ...(life && { life }) });
    if (next !== undefined && current.current?.state === 'comparing') show(next);
  };
  return {
    side,
    typed,
    isInvalid,
    view,
    busy: wait.busy || ask.busy,
    error: wait.error ?? ask.error ?? reply.error ?? request.error,
    choose: setSide,
    type: (next) => {
      setTyped(next);
      setInvalid(false);
    },
    begin,
    requesting: request.busy ? 'busy' : isRequested ? 'done' : 'no',
    request: () => requestFor(current.current?.adding ?? 0),
    life,
    chooseLife: setLife,
    answer: (same) => void replied(same),
    again: () => {
      setRequested(false);
      show(undefined);
    },
    dismiss: () => {
      wait.reset();
      ask.reset();
      reply.reset();
      request.reset();
    },
  };
}

/** Gives an added peer that has no name of its own the label of the account. A name of its own stays: the label is the relay's word. */
async function nameNameless(
  api: ReturnType<typeof useApi>,
  { peerId, name }: NonNullable<AddingView['other']>,
): Promise<void> {
  const label = useApp.getState().labels[peerId];
  if (name !== null || label === undefined) return;
  // Another peer may have that name.
  const peer = await api.call('peers.rename', { peer: peerId, name: label }).catch(() => undefined);
  if (peer !== undefined) applyPeer(peer);
}

function isPending({ state }: AddingView): boolean {
  return state !== 'added' && state !== 'failed';
}

function isId(typed: string): boolean {
  if (isWholeAddLink(typed)) return true;
  try {
    parsePeerId(typed);
    return true;
  } catch {
    return false;
  }
}
