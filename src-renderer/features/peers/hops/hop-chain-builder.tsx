import { Plus } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from 'react';
import { MOST_HOPS, type LinkHop, type PathView, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyPeer, applyRoundTrip, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Menu, Wait, quoteUntrusted } from '../../../ui/index.ts';
import {
  chainOf,
  chainText,
  checkChain,
  hopsToAdd,
  measuredHop,
  moveHop,
  sameChain,
  type HopChain,
} from './hop-chain.ts';
import styles from './hop-chain-builder.module.css';
import { HopChainList, type ChainHop } from './hop-chain-list.tsx';

/** Control of the list that gets the focus after a change, identified by the hop's peer ID and the button; `add` is the list of hops to add. */
type FocusTarget = Readonly<{ hop: string; part: 'up' | 'down' | 'out' }> | 'add';

/**
 * Editor of the hops to a peer: a person adds, orders and removes hops by mouse or keyboard. A button saves the route (`peers.setPathMode`) and tries
 * it with a ping (`peers.ping`), which can be cancelled; others try it again or undo unsaved changes. Shows errors, and puts the saved route and the
 * round trip into the store. Part of `PathModeChoice`. `onPending` reports whether there are unsaved changes.
 */
export function HopChainBuilder({
  peer,
  onPending,
}: Readonly<{ peer: PeerView; onPending?: ((isPending: boolean) => void) | undefined }>): ReactElement {
  const peers = useApp((state) => state.peers);
  const set = useCall('peers.setPathMode');
  const ping = useCall('peers.ping');
  const saved = chainOf(peer);
  const [draft, setDraft] = useState<HopChain>();
  const [measured, setMeasured] = useState<PathView>();
  const [announcement, setAnnouncement] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const focusTarget = useRef<FocusTarget>(undefined);
  /** Hop that was chosen in the menu, which would return the focus to its button, sometimes after the effect below. */
  const chosen = useRef<FocusTarget>(undefined);
  const chain = draft ?? saved;
  const isSaved = saved.length > 0 && sameChain(chain, saved);
  const problem = checkChain(peers, chain);
  const choices = hopsToAdd(peers, peer.peerId, chain);

  // Runs after each render, when the element to focus exists.
  const isPending = !sameChain(chain, saved);
  const reportPending = useEffectEvent((pending: boolean) => onPending?.(pending));
  useEffect(() => {
    reportPending(isPending);
    return () => reportPending(false);
  }, [isPending]);

  useEffect(() => {
    const { current } = focusTarget;
    if (current === undefined) return;
    focusTarget.current = undefined;
    findPart(box.current, current)?.focus();
  });

  const edit = (next: HopChain, focus: FocusTarget, announcement: string): void => {
    focusTarget.current = focus;
    setDraft(next);
    setMeasured(undefined);
    setAnnouncement(announcement);
    set.reset();
    ping.reset();
  };
  const nameOf = (id: string): string => {
    const known = peers.find(({ peerId }) => peerId === id) ?? peer.pathVia.find(({ peerId }) => peerId === id);
    return known?.name ?? text('peers.chain.unknown');
  };
  const move = (from: number, to: number): void => {
    const hop = chain[from];
    if (hop === undefined || from === to) return;
    const announcement = text('peers.chain.moved', {
      name: quoteUntrusted(nameOf(hop)),
      place: to + 1,
      total: chain.length,
    });
    edit(moveHop(chain, from, to), { hop, part: to < from ? 'up' : 'down' }, announcement);
  };
  const remove = (position: number): void => {
    const next = chain.toSpliced(position, 1);
    const neighbour = next[Math.min(position, next.length - 1)];
    const announcement = text('peers.chain.removed', { name: quoteUntrusted(nameOf(chain[position] ?? '')) });
    edit(next, neighbour === undefined ? 'add' : { hop: neighbour, part: 'out' }, announcement);
  };
  const measure = async (): Promise<void> => {
    const path = await ping.run({ peer: peer.peerId });
    if (path === undefined) return;
    applyRoundTrip(peer.peerId, path.rtt);
    setMeasured(path);
  };
  const apply = async (): Promise<void> => {
    setAnnouncement('');
    const answer = await set.run({ peer: peer.peerId, mode: peer.pathMode, via: [...chain] });
    if (answer === undefined) return;
    applyPeer(answer);
    setDraft(undefined);
    await measure();
  };

  const known: readonly LinkHop[] = isSaved ? (measured?.hops ?? peer.link?.hops ?? []) : [];
  const hops = chain.map((id, position): ChainHop => {
    const name = nameOf(id);
    const online = peers.some(({ peerId, online: is }) => peerId === id && is);
    return { id, name, online, measured: measuredHop(known, position, name) };
  });
  const isThere = isSaved && (measured?.path ?? peer.path) === 'via';
  return (
    <div ref={box} className={styles['builder']}>
      <HopChainList
        hops={hops}
        target={peer.name}
        rtt={isThere ? (measured?.rtt ?? peer.rtt) : null}
        edit={{ onMove: move, onRemove: remove }}
      />
      <p className={styles['problem']} role="status">
        {problem?.kind === 'first-is-chained' &&
          text('peers.chain.first-is-chained', { name: quoteUntrusted(problem.name) })}
        {problem?.kind === 'unknown' && text('peers.chain.forgotten')}
      </p>
      <Wait busy={ping.busy} label={text('peers.chain.trying')} onCancel={ping.cancel} className={styles['buttons']}>
        {choices.length > 0 && (
          <Menu
            label={text('peers.chain.add')}
            trigger={
              <Button
                size="small"
                data-add
                icon={<Plus aria-hidden="true" />}
                onFocus={() => {
                  chosen.current = undefined;
                }}
              >
                {text('peers.chain.add')}
              </Button>
            }
            items={choices.map(({ peerId, name, online }) => ({
              label: online ? quoteUntrusted(name) : text('peers.chain.choice.offline', { name: quoteUntrusted(name) }),
              onSelect: () => {
                const focus: FocusTarget = { hop: peerId, part: 'out' };
                chosen.current = focus;
                edit(
                  [...chain, peerId],
                  focus,
                  text('peers.chain.added', { name: quoteUntrusted(name), place: chain.length + 1 }),
                );
              },
            }))}
            returnFocus={() => {
              // Kept until the button is focused again: the menu asks more than once, also before the row is there.
              const { current } = chosen;
              return current === undefined ? null : (findPart(box.current, current) ?? false);
            }}
          />
        )}
        {!isSaved && (
          <Button
            size="small"
            variant="primary"
            busy={set.busy || ping.busy}
            disabled={problem !== undefined}
            onClick={() => void apply()}
          >
            {text('peers.chain.apply')}
          </Button>
        )}
        {isSaved && problem === undefined && (
          <Button size="small" busy={ping.busy} onClick={() => void measure()}>
            {text('peers.chain.try')}
          </Button>
        )}
        {draft !== undefined && saved.length > 0 && !isSaved && (
          <Button size="small" variant="quiet" onClick={() => edit(saved, 'add', '')}>
            {text('peers.chain.undo')}
          </Button>
        )}
      </Wait>
      {choices.length === 0 && (
        <p className={styles['hint']}>
          {chain.length >= MOST_HOPS ? text('peers.chain.most', { most: MOST_HOPS }) : text('peers.chain.no-more')}
        </p>
      )}
      <span role="status" className="visually-hidden">
        {measured === undefined
          ? announcement
          : text('peers.chain.works', { names: chainText(hops.map(({ name }) => quoteUntrusted(name))) })}
      </span>
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      {ping.error !== undefined && <ErrorNotice error={ping.error} onDismiss={ping.reset} />}
    </div>
  );
}

/** Finds the button to focus after a change; if that button is disabled, the one beside it. @param box element that contains the list */
function findPart(box: HTMLElement | null, focusTarget: FocusTarget): HTMLElement | null {
  if (box === null) return null;
  const add = box.querySelector<HTMLElement>('[data-add]');
  if (focusTarget === 'add') return add;
  const row = [...box.querySelectorAll<HTMLElement>('[data-hop]')].find(
    ({ dataset }) => dataset['hop'] === focusTarget.hop,
  );
  const part = row?.querySelector<HTMLElement>(`[data-move="${focusTarget.part}"]:not([disabled])`);
  return part ?? row?.querySelector<HTMLElement>('[data-move]:not([disabled])') ?? add;
}
